#include "http/headers.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <openssl/evp.h>

#include "core/text.hpp"

namespace souk::http {
namespace {

using CharSet = std::array<bool, 256>;

constexpr CharSet token_chars() {
  CharSet set{};
  for (int c = '0'; c <= '9'; ++c) set[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) set[c] = set[c - 'a' + 'A'] = true;
  for (const char c : std::string_view{"!#$%&'*+-.^_`|~"})
    set[static_cast<unsigned char>(c)] = true;
  return set;
}

constexpr CharSet value_chars() {
  CharSet set{};
  for (int c = 0x20; c <= 0xff; ++c) set[c] = c != 0x7f;
  set['\t'] = true;
  return set;
}

constexpr CharSet kTokenChars = token_chars();
constexpr CharSet kValueChars = value_chars();

bool all_in(const CharSet& set, std::string_view text) {
  return std::ranges::all_of(text, [&](unsigned char c) { return set[c]; });
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

bool is_token(std::string_view text) { return !text.empty() && all_in(kTokenChars, text); }

bool is_field_value(std::string_view text) { return all_in(kValueChars, text); }

std::string basic_authorization(std::string_view user, std::string_view password) {
  const auto pair = std::string{user}.append(":").append(password);
  std::string encoded((pair.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), text::octets(pair),
                  static_cast<int>(pair.size()));
  encoded.pop_back();  // the terminating zero
  return "Basic " + encoded;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::ranges::equal(left, right, [](char a, char b) { return lower(a) == lower(b); });
}

bool list_contains(std::string_view list, std::string_view token) {
  for (;;) {
    const auto comma = list.find(',');
    if (equal_ignoring_case(trim(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

void Headers::add(std::string_view name, std::string_view value) {
  if (!is_token(name)) throw std::invalid_argument("header name is no token");
  if (!is_field_value(value)) throw std::invalid_argument("header value has a control character");
  slots_.push_back({static_cast<std::uint32_t>(text_.size()),
                    static_cast<std::uint32_t>(name.size()),
                    static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(": ").append(value).append("\r\n");
}

void Headers::set(std::string_view name, std::string_view value) {
  erase(name);
  add(name, value);
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto header = (*this)[i];
    if (equal_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

Header Headers::operator[](std::size_t index) const {
  const auto& slot = slots_[index];
  const std::string_view text = text_;
  return {text.substr(slot.at, slot.name_size),
          text.substr(slot.at + slot.name_size + 2, slot.value_size)};
}

void Headers::clear() {
  text_.clear();
  slots_.clear();
}

void Headers::erase(std::string_view name) {
  if (!get(name)) return;
  const Headers old = std::move(*this);
  clear();
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (!equal_ignoring_case(old[i].name, name)) add(old[i].name, old[i].value);
  }
}

}  // namespace souk::http
