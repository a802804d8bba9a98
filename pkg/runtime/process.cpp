#include "runtime/process.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/failpoint.hpp"
#include "runtime/build_info.hpp"
#include "runtime/span_exporter.hpp"

namespace souk::runtime {
namespace {

InternalKey parse_key(std::string_view hex, std::string_view where) {
  InternalKey key;
  std::size_t length = 0;
  if (hex.size() != 2 * key.size() ||
      sodium_hex2bin(key.data(), key.size(), hex.data(), hex.size(), nullptr, &length, nullptr) !=
          0 ||
      length != key.size()) {
    throw Error{Kind::validation, "invalid_setting",
                fmt::format("{}: expected 64 hex digits", where)};
  }
  return key;
}

/// Writes a new key, unless another process of the same installation has just done so.
void make_key_file(const std::filesystem::path& path) {
  std::filesystem::create_directories(path.parent_path());
  InternalKey key;
  SystemRandom{}.fill(key);
  char hex[2 * sizeof key + 1];
  sodium_bin2hex(hex, sizeof hex, key.data(), key.size());
  // Whole or not at all: written aside, then linked under its name, which fails if that exists.
  const auto aside = fmt::format("{}.{}", path.string(), getpid());
  const int file = open(aside.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || write(file, hex, 2 * sizeof key) != 2 * static_cast<ssize_t>(sizeof key) ||
      fsync(file) != 0) {
    if (file >= 0) close(file);
    throw Error{Kind::validation, "invalid_setting", fmt::format("cannot write {}", path.string())};
  }
  close(file);
  const int linked = link(aside.c_str(), path.c_str());
  unlink(aside.c_str());
  if (linked != 0 && !std::filesystem::exists(path)) {
    throw Error{Kind::validation, "invalid_setting", fmt::format("cannot write {}", path.string())};
  }
}

/// Not in the table of settings: only tests know of it.
std::string test_setting(const config::Settings& settings, const std::string& setting) {
  const auto found = settings.environment().find(setting);
  return found == settings.environment().end() ? std::string{} : found->second;
}

double sampling_ratio(const config::Settings& settings) {
  const auto text = settings.text("OTEL_TRACES_SAMPLER_ARG");
  double ratio = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), ratio);
  if (failure != std::errc{} || end != text.data() + text.size() || !(ratio >= 0 && ratio <= 1)) {
    throw Error{
        Kind::validation, "invalid_setting",
        fmt::format("Setting OTEL_TRACES_SAMPLER_ARG: \"{}\" is no number from 0 to 1", text)};
  }
  return ratio;
}

}  // namespace

InternalKey load_internal_key(const config::Settings& settings) {
  if (const auto hex = settings.optional("SOUK_INTERNAL_KEY"))
    return parse_key(*hex, "SOUK_INTERNAL_KEY");
  const auto path = std::filesystem::path{settings.text("SOUK_DATA_DIR")} / "internal.key";
  if (!std::filesystem::exists(path)) make_key_file(path);
  std::string hex;
  std::ifstream{path} >> hex;
  return parse_key(hex, path.string());
}

Process::Process(config::Settings process_settings, std::string process_name)
    : settings(std::move(process_settings)),
      name(std::move(process_name)),
      log(name, Log::parse_level(settings.text("SOUK_LOG_LEVEL"))),
      key(load_internal_key(settings)) {
  failpoint::arm(test_setting(settings, "SOUK_TEST_FAILPOINTS"),
                 test_setting(settings, "SOUK_TEST_BUGS"),
                 [this](std::string_view point, std::string_view action) {
                   log.warn("failpoint", {{"point", point}, {"action", action}});
                 });
  const auto ratio = sampling_ratio(settings);
  const auto endpoint = settings.optional("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (!endpoint) return;
  tracer = std::make_unique<Tracer>(clock, random, metrics, ratio);
  exporter = std::make_unique<SpanExporter>(
      *tracer, metrics, log,
      TraceResource{.version = std::string{build_info().version}, .instance = ids.next().str()},
      *endpoint);
}

Process::~Process() = default;

}  // namespace souk::runtime
