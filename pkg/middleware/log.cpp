#include "middleware/log.hpp"

#include <boost/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "core/clock.hpp"
#include "core/error.hpp"

namespace souk {

struct Log::Sink {
  spdlog::logger logger{"souk", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(std::string_view process, Level level)
    : sink_(std::make_unique<Sink>()), process_(process), level_(level) {
  sink_->logger.set_pattern("%v");
  sink_->logger.set_level(spdlog::level::trace);
  sink_->logger.flush_on(spdlog::level::warn);
}

Log::~Log() { sink_->logger.flush(); }

Log::Level Log::parse_level(std::string_view word) {
  if (word == "debug") return Level::debug;
  if (word == "info") return Level::info;
  if (word == "warn") return Level::warn;
  if (word == "error") return Level::error;
  throw Error{Kind::validation, "invalid_setting",
              "Setting SOUK_LOG_LEVEL: debug, info, warn or error"};
}

void Log::write(Level level, std::string_view message, Fields fields) {
  if (level < level_) return;
  static constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};
  const auto name = kNames[static_cast<std::size_t>(level)];
  boost::json::object line;
  line["time"] = to_rfc3339(SystemClock{}.now());
  line["level"] = name;
  line["process"] = process_;
  line["message"] = message;
  for (const auto& [key, value] : fields) {
    std::visit([&, field = key](const auto& v) { line[field] = v; }, value);
  }
  sink_->logger.log(level >= Level::warn ? spdlog::level::warn : spdlog::level::info,
                    boost::json::serialize(line));
}

}  // namespace souk
