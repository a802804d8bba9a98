#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/uuid.hpp"

namespace souk::database {

/// The value of a bytea column.
using Bytes = std::vector<std::uint8_t>;

/// One statement parameter in PostgreSQL's text form. Owns its text, so nothing it was made from
/// has to outlive it. The server infers its type from the statement; write `$1::uuid[]` where it
/// can't.
///
/// Made implicitly from: nullptr, bool, integers, double, strings, Uuid, Id<T>, Time, Bytes;
/// an optional of these (empty = NULL); and a vector of these or of their optionals (an array).
class Param {
 public:
  Param(std::nullptr_t) {}
  Param(std::nullopt_t) {}
  Param(std::same_as<bool> auto value) : text_(value ? "t" : "f") {}
  template <std::integral I>
    requires(!std::same_as<I, bool> && !std::same_as<I, char>)
  Param(I value) : text_(std::to_string(value)) {}
  Param(double value);
  Param(std::string_view value) : text_(value) {}
  Param(const char* value) : text_(value) {}
  Param(std::string value) : text_(std::move(value)) {}
  Param(const Uuid& value) : text_(value.str()) {}
  template <class Tag>
  Param(const Id<Tag>& value) : text_(value.str()) {}
  Param(Time value);
  Param(const Bytes& value);
  template <class T>
  Param(const std::optional<T>& value) {
    if (value) *this = Param(*value);
  }
  template <class T>
  Param(const std::vector<T>& values) : Param(array(values)) {}

  /// Null for SQL NULL.
  const char* c_str() const { return text_ ? text_->c_str() : nullptr; }
  const std::optional<std::string>& text() const { return text_; }

 private:
  template <class T>
  static Param array(const std::vector<T>& values) {
    std::string literal = "{";
    for (const auto& value : values) {
      if constexpr (std::same_as<T, bool>) {  // vector<bool> hands out proxies
        append_element(literal, Param(static_cast<bool>(value)));
      } else {
        append_element(literal, Param(value));
      }
    }
    literal += '}';
    return Param(std::move(literal));
  }
  static void append_element(std::string& literal, const Param& element);

  std::optional<std::string> text_;
};

}  // namespace souk::database
