#include "database/sql_text.hpp"

#include <algorithm>
#include <cctype>

namespace souk::database {
namespace {

int line_at(std::string_view script, std::size_t at) {
  return static_cast<int>(std::ranges::count(script.substr(0, at), '\n'));
}

std::size_t past(std::string_view script, std::string_view end, std::size_t from) {
  const auto found = script.find(end, from);
  return found == script.npos ? script.size() : found + end.size();
}

/// "$$" or "$tag$" at `at`; empty if there is none.
std::string_view dollar_quote(std::string_view script, std::size_t at) {
  auto end = at + 1;
  while (end < script.size() &&
         (std::isalnum(static_cast<unsigned char>(script[end])) || script[end] == '_')) {
    ++end;
  }
  return end < script.size() && script[end] == '$' ? script.substr(at, end + 1 - at)
                                                   : std::string_view{};
}

std::size_t skip_comment(std::string_view script, std::size_t at) {
  if (script.substr(at, 2) == "--") return past(script, "\n", at);
  if (script.substr(at, 2) == "/*") return past(script, "*/", at);
  return at;
}

/// Past the comment, quoted piece or single character at `at`.
std::size_t skip(std::string_view script, std::size_t at) {
  if (const auto end = skip_comment(script, at); end != at) return end;
  if (script[at] == '\'' || script[at] == '"') return past(script, script.substr(at, 1), at + 1);
  if (script[at] == '$') {
    if (const auto quote = dollar_quote(script, at); !quote.empty()) {
      return past(script, quote, at + quote.size());
    }
  }
  return at + 1;
}

/// Past white space and comments: where a statement's own text begins.
std::size_t first_word(std::string_view script, std::size_t at) {
  while (at < script.size()) {
    if (std::isspace(static_cast<unsigned char>(script[at]))) {
      ++at;
    } else if (const auto end = skip_comment(script, at); end != at) {
      at = end;
    } else {
      break;
    }
  }
  return at;
}

}  // namespace

int line_of_statement(std::string_view script, std::size_t index) {
  auto at = first_word(script, 0);
  while (index > 0 && at < script.size()) {
    if (script[at] == ';') {
      --index;
      at = first_word(script, at + 1);
    } else {
      at = skip(script, at);
    }
  }
  return line_at(script, at);
}

int line_of_position(std::string_view script, std::size_t position) {
  std::size_t at = 0;
  for (std::size_t characters = 1; at < script.size() && characters < position; ++characters) {
    for (++at; at < script.size() && (script[at] & 0xC0) == 0x80; ++at) {
    }
  }
  return line_at(script, at);
}

}  // namespace souk::database
