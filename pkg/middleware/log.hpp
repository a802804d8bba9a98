#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/trace.hpp"

namespace souk {

/// Structured logs: one JSON object a line on standard error. Never give it a password, a token, a
/// card number or an e-mail address. Thread-safe; owned by the process, outlives every module.
class Log {
 public:
  using Value = std::variant<std::string_view, std::int64_t, double, bool>;
  using Field = std::pair<std::string_view, Value>;
  using Fields = std::initializer_list<Field>;

  enum class Level { debug, info, warn, error, off };

  explicit Log(std::string_view process, Level level = Level::info);
  ~Log();

  void debug(std::string_view message, Fields fields = {}) { write(Level::debug, message, fields); }
  void info(std::string_view message, Fields fields = {}) { write(Level::info, message, fields); }
  void warn(std::string_view message, Fields fields = {}) { write(Level::warn, message, fields); }
  void error(std::string_view message, Fields fields = {}) { write(Level::error, message, fields); }

  /// The same about what belongs to a trace: `trace_id` and `span_id` lead to its spans.
  void debug(const Trace& trace, std::string_view message, Fields fields = {}) {
    write(Level::debug, message, fields, &trace);
  }
  void warn(const Trace& trace, std::string_view message, Fields fields = {}) {
    write(Level::warn, message, fields, &trace);
  }
  void error(const Trace& trace, std::string_view message, Fields fields = {}) {
    write(Level::error, message, fields, &trace);
  }

  /// What is less than this is left out. May change at any time.
  Level level() const { return level_.load(std::memory_order_relaxed); }
  void set_level(Level level) { level_.store(level, std::memory_order_relaxed); }
  /// For what costs something to say.
  bool writes(Level level) const { return level >= this->level(); }

  static std::string_view name(Level level);
  /// "info" -> info.
  static std::optional<Level> level_of(std::string_view word);
  /// The same of the setting; throws Error{validation, "invalid_setting"} for an unknown word.
  static Level parse_level(std::string_view word);

 private:
  void write(Level level, std::string_view message, Fields fields, const Trace* trace = nullptr);

  struct Sink;
  std::unique_ptr<Sink> sink_;
  std::string process_;
  std::atomic<Level> level_;
};

}  // namespace souk
