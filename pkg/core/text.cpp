#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <ranges>

namespace souk::text {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_alnum(char c) { return is_letter(c) || is_digit(c); }

/// ISO 3166-1 alpha-2, as of 2024; two letters each.
constexpr std::string_view kCountries =
    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCM"
    "CNCOCRCUCVCW"
    "CXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHU"
    "IDIEILIMINIO"
    "IQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMT"
    "MUMVMWMXMYMZ"
    "NANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSO"
    "SRSSSTSVSXSY"
    "SZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

bool is_atom(char c) { return is_alnum(c) || std::string_view{"!#$%&'*+-/=?^_`{|}~"}.contains(c); }

bool is_dot_atom(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' && !text.contains("..") &&
         std::ranges::all_of(text, [](char c) { return is_atom(c) || c == '.'; });
}

bool is_domain(std::string_view text) {
  if (text.empty() || text.back() == '.') return false;
  for (const auto part : std::views::split(text, '.')) {
    const std::string_view label{part.begin(), part.end()};
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
      return false;
    if (!std::ranges::all_of(label, [](char c) { return is_alnum(c) || c == '-'; })) return false;
  }
  return true;
}

/// The base letter of the Latin-1 supplement (U+00C0 to U+00FF), '-' for what has none.
constexpr std::string_view kLatin1 =
    "aaaaaaaceeeeiiiidnooooo-ouuuuytsaaaaaaaceeeeiiiidnooooo-ouuuuyty";

}  // namespace

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_one_line(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return false;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0)
      return false;
  }
  return !text.contains("\u2028") && !text.contains("\u2029");
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');  // npos is longer, too
  return at <= 64 && text.size() <= 254 && is_dot_atom(text.substr(0, at)) &&
         is_domain(text.substr(at + 1));
}

bool is_country(std::string_view text) {
  if (text.size() != 2) return false;
  for (std::size_t i = 0; i < kCountries.size(); i += 2) {
    if (kCountries.substr(i, 2) == text) return true;
  }
  return false;
}

bool is_sku(std::string_view text) {
  return !text.empty() && text.size() <= 64 && is_alnum(text.front()) &&
         std::ranges::all_of(
             text, [](char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 200 && text.front() != '-' && text.back() != '-' &&
         !text.contains("--") &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_phone(std::string_view text) {
  return text.size() >= 8 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
         std::ranges::all_of(text.substr(1), is_digit);
}

std::string slugify(std::string_view text) {
  constexpr std::size_t kLongest = 100;  // readable in an address bar
  std::string slug;
  const auto append = [&](char c) {
    if (is_alnum(c)) {
      slug += c;
    } else if (c != '\'' && !slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  };
  for (std::size_t i = 0; i < text.size() && slug.size() < kLongest; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == 0xC3 && i + 1 < text.size()) {
      append(kLatin1[static_cast<unsigned char>(text[++i]) & 0x3F]);
    } else {
      append(byte < 0x80 ? text[i] : '-');
    }
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug.empty() ? "item" : to_lower(slug);
}

std::string to_lower(std::string_view text) {
  std::string lower{text};
  for (auto& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace souk::text
