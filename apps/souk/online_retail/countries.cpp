#include "apps/souk/online_retail/countries.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace souk::online_retail {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

// The names that the data uses, sorted.
constexpr std::array<Entry, 36> kCountries{{
    {"Australia", "AU"},
    {"Austria", "AT"},
    {"Bahrain", "BH"},
    {"Belgium", "BE"},
    {"Brazil", "BR"},
    {"Canada", "CA"},
    {"Channel Islands", "JE"},  // ISO knows Jersey and Guernsey apart; the file doesn't
    {"Cyprus", "CY"},
    {"Czech Republic", "CZ"},
    {"Denmark", "DK"},
    {"EIRE", "IE"},
    {"Finland", "FI"},
    {"France", "FR"},
    {"Germany", "DE"},
    {"Greece", "GR"},
    {"Hong Kong", "HK"},
    {"Iceland", "IS"},
    {"Israel", "IL"},
    {"Italy", "IT"},
    {"Japan", "JP"},
    {"Lebanon", "LB"},
    {"Lithuania", "LT"},
    {"Malta", "MT"},
    {"Netherlands", "NL"},
    {"Norway", "NO"},
    {"Poland", "PL"},
    {"Portugal", "PT"},
    {"RSA", "ZA"},
    {"Saudi Arabia", "SA"},
    {"Singapore", "SG"},
    {"Spain", "ES"},
    {"Sweden", "SE"},
    {"Switzerland", "CH"},
    {"USA", "US"},
    {"United Arab Emirates", "AE"},
    {"United Kingdom", "GB"},
}};

}  // namespace

std::optional<std::string_view> country_code(std::string_view name) {
  const auto* found = std::ranges::find(kCountries, name, &Entry::first);
  if (found == kCountries.end()) return std::nullopt;
  return found->second;
}

}  // namespace souk::online_retail
