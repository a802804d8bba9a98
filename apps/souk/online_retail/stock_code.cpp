#include "apps/souk/online_retail/stock_code.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "apps/souk/online_retail/text.hpp"

namespace souk::online_retail {
namespace {

// A closed list, read off the data: whatever is not on it is an article.
constexpr std::array<std::pair<std::string_view, CodeKind>, 10> kSpecialCodes{{
    {"POST", CodeKind::postage},
    {"DOT", CodeKind::postage},
    {"C2", CodeKind::postage},
    {"AMAZONFEE", CodeKind::fee},
    {"BANK CHARGES", CodeKind::fee},
    {"CRUK", CodeKind::fee},
    {"M", CodeKind::manual},
    {"D", CodeKind::discount},
    {"S", CodeKind::sample},
    {"B", CodeKind::bad_debt},
}};

constexpr std::size_t kMaxSkuLength = 32;  // the longest code of the data has 12 characters

bool is_sku(std::string_view code) {
  return !code.empty() && code.size() <= kMaxSkuLength &&
         std::isalnum(static_cast<unsigned char>(code.front())) != 0 &&
         std::ranges::all_of(code, [](unsigned char c) {
           return std::isupper(c) || std::isdigit(c) || c == '_' || c == '-' || c == '.';
         });
}

}  // namespace

std::string normalised_stock_code(std::string_view code) {
  std::string result{trimmed(code)};
  for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

CodeKind kind_of(std::string_view code) {
  const auto* special =
      std::ranges::find(kSpecialCodes, code, &std::pair<std::string_view, CodeKind>::first);
  if (special != kSpecialCodes.end()) return special->second;
  return is_sku(code) ? CodeKind::goods : CodeKind::unusable;
}

}  // namespace souk::online_retail
