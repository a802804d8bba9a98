#include <boost/json/serialize.hpp>

#include "internal/openapi/openapi.hpp"

namespace souk::gateway {
namespace {

namespace json = boost::json;

void append(std::string& out, const json::value& value, int indent);

bool is_block(const json::value& value) {
  return (value.is_object() && !value.get_object().empty()) ||
         (value.is_array() && !value.get_array().empty());
}

void new_line(std::string& out, int indent) {
  out += '\n';
  out.append(static_cast<std::size_t>(indent) * 2, ' ');
}

/// A member's or item's value, behind its "key:" or "-". JSON strings, numbers and empty collections are YAML as they are.
void append_behind(std::string& out, const json::value& value, int indent, bool item) {
  if (!is_block(value)) {
    out += ' ';
    out += json::serialize(value);
  } else if (item && value.is_object()) {
    out += ' ';
    append(out, value, indent);
  } else {
    new_line(out, indent);
    append(out, value, indent);
  }
}

void append(std::string& out, const json::value& value, int indent) {
  bool first = true;
  const auto separate = [&] {
    if (!first) new_line(out, indent);
    first = false;
  };
  if (value.is_object()) {
    for (const auto& [key, member] : value.get_object()) {
      separate();
      out += json::serialize(json::value(key));
      out += ':';
      append_behind(out, member, indent + 1, false);
    }
  } else if (value.is_array()) {
    for (const auto& item : value.get_array()) {
      separate();
      out += '-';
      append_behind(out, item, indent + 1, true);
    }
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string to_yaml(const json::value& value) {
  std::string out;
  append(out, value, 0);
  out += '\n';
  return out;
}

}  // namespace souk::gateway
