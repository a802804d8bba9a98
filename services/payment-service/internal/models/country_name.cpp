#include "internal/models/country_name.hpp"

#include <unicode/locid.h>

namespace souk::payment {

std::string country_name(std::string_view code) {
  icu::UnicodeString name;
  icu::Locale{"", std::string{code}.c_str()}.getDisplayCountry(icu::Locale::getEnglish(), name);
  std::string text;
  name.toUTF8String(text);
  return text.empty() ? std::string{code} : text;
}

}  // namespace souk::payment
