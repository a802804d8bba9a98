#pragma once

#include <array>
#include <cstdint>

#include "config/settings.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/uuid.hpp"
#include "middleware/identity.hpp"
#include "middleware/log.hpp"
#include "middleware/metrics.hpp"
#include "runtime/channel.hpp"

namespace souk::runtime {

using InternalKey = std::array<std::uint8_t, 32>;

/// SOUK_INTERNAL_KEY, or else the key in SOUK_DATA_DIR/internal.key, which is made (mode 0600) when
/// it is not there. Throws Error{validation, "invalid_setting"}.
InternalKey load_internal_key(const config::Settings& settings);

/// What exists once per process and is handed to everything in it. Made by main, outlives all else.
struct Process {
  Process(config::Settings process_settings, std::string process_name);

  config::Settings settings;
  std::string name;
  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  Log log;
  Metrics metrics;
  InternalKey key;
  IdentitySeal seal{key};

  rpc::Wire wire(rpc::Admission* admission = nullptr) {
    return {clock, random, seal, metrics, admission};
  }
};

}  // namespace souk::runtime
