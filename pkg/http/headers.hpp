#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::http {

/// One header field as it stands in a Headers; lives as long as that does and is not changed.
struct Header {
  std::string_view name;
  std::string_view value;
};

/// The header fields of a message, in order, kept as the text that goes over the wire: adding is an
/// append, sending is one copy. Names compare without regard to case. A plain value; not
/// thread-safe.
class Headers {
 public:
  /// Throws std::invalid_argument for a name that is no token or a value with a control character:
  /// what a client sent can therefore never split a response.
  void add(std::string_view name, std::string_view value);

  /// Replaces every field of that name.
  void set(std::string_view name, std::string_view value);

  /// The first field of that name.
  std::optional<std::string_view> get(std::string_view name) const;

  std::size_t size() const { return slots_.size(); }
  Header operator[](std::size_t index) const;

  /// "Name: value\r\n" for each field.
  std::string_view wire() const { return text_; }

  void clear();

 private:
  struct Slot {
    std::uint32_t at;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };

  void erase(std::string_view name);

  std::string text_;
  std::vector<Slot> slots_;
};

/// RFC 9110 `token`: what a method and a field name are made of.
bool is_token(std::string_view text);

/// RFC 9110 `field-value`: no control characters but the tab.
bool is_field_value(std::string_view text);

/// An Authorization field's value for a user and a password (RFC 7617).
std::string basic_authorization(std::string_view user, std::string_view password);

/// ASCII comparison without regard to case.
bool equal_ignoring_case(std::string_view left, std::string_view right);

/// Whether a comma-separated list such as that of `Connection` holds `token`.
bool list_contains(std::string_view list, std::string_view token);

}  // namespace souk::http
