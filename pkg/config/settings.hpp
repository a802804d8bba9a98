#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace souk::config {

enum class Type { text, integer, flag, url, secret, choice };

/// One setting of the platform. The table in settings.cpp is the only place where settings are
/// declared: .env.example is checked against it by a test.
struct Setting {
  std::string_view name;
  Type type;
  std::string_view fallback;  ///< empty: unset unless given
  std::string_view description;
  std::int64_t min = 0;  ///< for integers
  std::int64_t max = 0;
  std::string_view choices = {};  ///< for choices: "one|two"
};

std::span<const Setting> all_settings();

/// The settings of a process, read once at the start. A value that does not fit its type, a SOUK_
/// variable that is not in the table (a typing mistake), and a bus whose broker is not named throw
/// Error{validation} "invalid_setting" that names it. Immutable afterwards, so safe on any thread.
class Settings {
 public:
  using Environment = std::map<std::string, std::string>;

  explicit Settings(Environment environment);

  /// The process environment over the lines of `dotenv` (KEY=value), where that file exists.
  static Settings from_process(const std::filesystem::path& dotenv = ".env");

  /// A copy in which `name` has `value`; checked like the rest.
  Settings with(std::string_view name, std::string value) const;

  /// Each throws std::logic_error for a name that is not in the table.
  std::string text(std::string_view name) const;
  std::optional<std::string> optional(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::chrono::milliseconds milliseconds(std::string_view name) const;

  /// What a child process is to be given: everything that was set.
  const Environment& environment() const { return values_; }

 private:
  void check() const;
  void check_bus() const;
  /// All of them, or none.
  void check_together(std::initializer_list<std::string_view> names) const;
  Environment values_;
};

}  // namespace souk::config
