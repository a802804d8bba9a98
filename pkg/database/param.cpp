#include "database/param.hpp"

#include <fmt/format.h>

namespace souk::database {

Param::Param(double value)
    : text_(fmt::format("{}", value)) {}  // the shortest form that reads back

Param::Param(Time value) : text_(to_rfc3339(value)) {}

Param::Param(const Bytes& value) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + 2 * value.size());
  for (auto byte : value) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  text_ = std::move(text);
}

void Param::append_element(std::string& literal, const Param& element) {
  if (literal.size() > 1) literal += ',';
  if (!element.text_) {
    literal += "NULL";
    return;
  }
  literal += '"';
  for (char c : *element.text_) {
    if (c == '"' || c == '\\') literal += '\\';
    literal += c;
  }
  literal += '"';
}

}  // namespace souk::database
