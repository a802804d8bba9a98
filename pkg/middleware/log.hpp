#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

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

  /// "info" -> info; throws Error{validation, "invalid_setting"} for an unknown word.
  static Level parse_level(std::string_view word);

 private:
  void write(Level level, std::string_view message, Fields fields);

  struct Sink;
  std::unique_ptr<Sink> sink_;
  std::string process_;
  Level level_;
};

}  // namespace souk
