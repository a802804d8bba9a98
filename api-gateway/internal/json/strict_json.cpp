#include "internal/json/strict_json.hpp"

#include <cmath>
#include <unordered_set>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <fmt/format.h>

#include "core/error.hpp"

namespace souk::gateway {
namespace {

namespace json = boost::json;

/// Deeper than any request of ours, far from what a stack can take.
constexpr std::size_t kMaxDepth = 32;

/// Boost.JSON's own handler keeps the last of two members with one name; this one refuses them.
struct Handler {
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  using error = json::error_code;

  json::value_stack stack;
  std::string key;
  std::vector<std::unordered_set<std::string>> names;
  std::string duplicate;

  bool on_document_begin(error&) { return stack.reset(), true; }
  bool on_document_end(error&) { return true; }
  bool on_object_begin(error&) { return names.emplace_back(), true; }
  bool on_object_end(std::size_t size, error&) {
    return names.pop_back(), stack.push_object(size), true;
  }
  bool on_array_begin(error&) { return true; }
  bool on_array_end(std::size_t size, error&) { return stack.push_array(size), true; }
  bool on_key_part(std::string_view part, std::size_t, error&) {
    return key += part, stack.push_chars(part), true;
  }
  bool on_key(std::string_view part, std::size_t, error& failure) {
    key += part;
    stack.push_key(part);
    if (!names.back().insert(key).second) {
      duplicate = key;
      failure = json::error::syntax;
      return false;
    }
    key.clear();
    return true;
  }
  bool on_string_part(std::string_view part, std::size_t, error&) {
    return stack.push_chars(part), true;
  }
  bool on_string(std::string_view part, std::size_t, error&) {
    return stack.push_string(part), true;
  }
  bool on_number_part(std::string_view, error&) { return true; }
  bool on_int64(std::int64_t value, std::string_view, error&) {
    return stack.push_int64(value), true;
  }
  bool on_uint64(std::uint64_t value, std::string_view, error&) {
    return stack.push_uint64(value), true;
  }
  bool on_double(double value, std::string_view, error& failure) {
    if (!std::isfinite(value)) return failure = json::error::exponent_overflow, false;
    return stack.push_double(value), true;
  }
  bool on_bool(bool value, error&) { return stack.push_bool(value), true; }
  bool on_null(error&) { return stack.push_null(), true; }
  bool on_comment_part(std::string_view, error&) { return true; }
  bool on_comment(std::string_view, error&) { return true; }
};

}  // namespace

json::value parse_strict(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::basic_parser<Handler> parser{options};
  json::error_code failure;
  const auto read = parser.write_some(false, text.data(), text.size(), failure);
  if (!parser.handler().duplicate.empty()) {
    throw Error{Kind::malformed, "duplicate_key",
                fmt::format("The JSON object names \"{}\" twice.", parser.handler().duplicate)};
  }
  if (failure) {
    throw Error{Kind::malformed, "malformed_json",
                fmt::format("The body is no JSON (byte {}): {}.", read, failure.message())};
  }
  if (read < text.size()) {
    throw Error{Kind::malformed, "malformed_json",
                fmt::format("The body goes on after its JSON value (byte {}).", read)};
  }
  return parser.handler().stack.release();
}

}  // namespace souk::gateway
