#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "config/settings.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/uuid.hpp"
#include "middleware/identity.hpp"
#include "middleware/log.hpp"
#include "middleware/metrics.hpp"
#include "middleware/tracer.hpp"
#include "runtime/channel.hpp"

namespace souk::runtime {

using InternalKey = std::array<std::uint8_t, 32>;

/// SOUK_INTERNAL_KEY, or else the key in SOUK_DATA_DIR/internal.key, which is made (mode 0600) when
/// it is not there. Throws Error{validation, "invalid_setting"}.
InternalKey load_internal_key(const config::Settings& settings);

class SpanExporter;

/// What exists once per process and is handed to everything in it. Made by main, outlives all else.
struct Process {
  Process(config::Settings process_settings, std::string process_name);
  ~Process();

  config::Settings settings;
  std::string name;
  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  Log log;
  Metrics metrics;
  InternalKey key;
  IdentitySeal seal{key};

  std::unique_ptr<Tracer> tracer;  ///< null where no spans are exported
  std::unique_ptr<SpanExporter> exporter;

  /// For a module of that name, which outlives what is made with it; for the process itself.
  rpc::Wire wire(rpc::Admission& admission, std::string_view service) {
    return {clock, random, seal, metrics, &admission, tracer.get(), service};
  }
  rpc::Wire wire() { return {clock, random, seal, metrics, nullptr, tracer.get(), name}; }
};

}  // namespace souk::runtime
