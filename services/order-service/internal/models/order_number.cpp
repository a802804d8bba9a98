#include "internal/models/order_number.hpp"

#include <string_view>

#include <fmt/format.h>

namespace souk::order {

std::string make_order_number(Time now, Random& random) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(now)};
  auto number = fmt::format("{:02}{:02}{:02}", static_cast<int>(day.year()) % 100,
                            static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  auto bits = random.next();
  for (int i = 0; i < 8; ++i, bits >>= 5) {
    if (i % 4 == 0) number += '-';
    number += kAlphabet[bits & 31];
  }
  return number;
}

}  // namespace souk::order
