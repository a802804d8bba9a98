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

/// One statement parameter as PostgreSQL takes it. Owns its bytes, so nothing it was made from has to outlive it. The
/// server infers its type from the statement; write `$1::uuid[]` where it can't. In text form, but for bytes, and for
/// arrays of bytes or uuids: reading those from text costs the server more than working with them.
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
  Param(const std::vector<Bytes>& values);
  Param(const std::vector<Uuid>& values);
  Param(const std::vector<std::optional<Uuid>>& values);
  template <class Tag>
  Param(const std::vector<Id<Tag>>& values) : Param(uuids(values)) {}
  template <class Tag>
  Param(const std::vector<std::optional<Id<Tag>>>& values) : Param(uuids(values)) {}

  /// Null for SQL NULL.
  const char* data() const { return text_ ? text_->c_str() : nullptr; }
  int size() const { return text_ ? static_cast<int>(text_->size()) : 0; }
  /// As libpq has it: 0 for text, 1 for binary.
  int format() const { return binary_ ? 1 : 0; }

 private:
  template <class Tag>
  static std::vector<Uuid> uuids(const std::vector<Id<Tag>>& ids) {
    std::vector<Uuid> values;
    for (const auto& id : ids) values.push_back(id.uuid());
    return values;
  }
  template <class Tag>
  static std::vector<std::optional<Uuid>> uuids(const std::vector<std::optional<Id<Tag>>>& ids) {
    std::vector<std::optional<Uuid>> values;
    for (const auto& id : ids) values.push_back(id ? std::optional{id->uuid()} : std::nullopt);
    return values;
  }
  template <class T>
  static Param array(const std::vector<T>& values) {
    static_assert(!std::same_as<T, std::optional<Bytes>>, "text form only");
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
  bool binary_ = false;
};

/// Parameters side by side, as libpq's functions take them. Points into them.
struct LibpqParams {
  explicit LibpqParams(std::span<const Param> params);
  int count() const { return static_cast<int>(values.size()); }

  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

}  // namespace souk::database
