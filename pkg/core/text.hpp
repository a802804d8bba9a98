#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Small questions about text that comes from outside. All take UTF-8; pure, any thread.
namespace souk::text {

/// Unicode code points of valid UTF-8.
std::size_t code_points(std::string_view text);

/// No control characters (C0, DEL, C1, line and paragraph separators).
bool is_one_line(std::string_view text);

/// local@domain as mail servers accept it: one '@', dot-atom local part of at most 64, a domain of
/// letters, digits, '-' and '.', at most 254 in all. ASCII only; quoted local parts are refused.
bool is_email(std::string_view text);

/// ISO 3166-1 alpha-2, upper case.
bool is_country(std::string_view text);

/// 1 to 64 of letters, digits, '.', '_', '-'; begins with a letter or digit.
bool is_sku(std::string_view text);

/// Lower-case letters and digits joined by single '-', at most 200.
bool is_slug(std::string_view text);

/// E.164: '+' and 7 to 15 digits, the first not 0.
bool is_phone(std::string_view text);

/// "Café au Lait (large)" -> "cafe-au-lait-large"; never empty ("item" where nothing is left).
std::string slugify(std::string_view text);

/// The bytes as C libraries of cryptography take them.
inline const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// ASCII lower case.
std::string to_lower(std::string_view text);

}  // namespace souk::text
