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

std::string_view Log::name(Level level) {
  static constexpr std::string_view kNames[] = {"debug", "info", "warn", "error", "off"};
  return kNames[static_cast<std::size_t>(level)];
}

std::optional<Log::Level> Log::level_of(std::string_view word) {
  for (const auto level : {Level::debug, Level::info, Level::warn, Level::error}) {
    if (name(level) == word) return level;
  }
  return std::nullopt;
}

Log::Level Log::parse_level(std::string_view word) {
  if (const auto level = level_of(word)) return *level;
  throw Error{Kind::validation, "invalid_setting",
              "Setting SOUK_LOG_LEVEL: debug, info, warn or error"};
}

void Log::write(Level level, std::string_view message, Fields fields, const Trace* trace) {
  if (!writes(level)) return;
  boost::json::object line;
  line["time"] = to_rfc3339(SystemClock{}.now());
  line["level"] = name(level);
  line["process"] = process_;
  line["message"] = message;
  if (trace != nullptr && trace->exists()) {
    line["trace_id"] = trace->trace_id();
    line["span_id"] = trace->span_id();
  }
  for (const auto& [key, value] : fields) {
    std::visit([&, field = key](const auto& v) { line[field] = v; }, value);
  }
  sink_->logger.log(level >= Level::warn ? spdlog::level::warn : spdlog::level::info,
                    boost::json::serialize(line));
}

}  // namespace souk
