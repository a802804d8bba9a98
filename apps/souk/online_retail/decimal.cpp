#include "apps/souk/online_retail/decimal.hpp"

#include <charconv>
#include <limits>

#include "core/error.hpp"

namespace souk::online_retail {
namespace {

constexpr std::int64_t kOne = 1'000'000;
constexpr std::size_t kMaxIntegerDigits = 12;  // 10^12 x 10^6 leaves room in an int64

[[noreturn]] void out_of_range() {
  throw Error{Kind::validation, "amount_out_of_range", "An amount is too large to be added up."};
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::int64_t millionths_per_minor(int exponent) {
  std::int64_t value = kOne;
  for (int i = 0; i < exponent; ++i) value /= 10;
  return value;
}

std::string with_separators(std::string digits) {
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  if (!all_digits(whole) || whole.size() > kMaxIntegerDigits) return std::nullopt;
  std::int64_t millionths = number(whole) * kOne;
  if (point != std::string_view::npos) {
    std::string fraction{text.substr(point + 1)};
    if (!all_digits(fraction) || fraction.size() > kDecimals) return std::nullopt;
    fraction.resize(kDecimals, '0');
    millionths += number(fraction);
  }
  return Decimal{negative ? -millionths : millionths};
}

Decimal Decimal::from_minor(std::int64_t minor, int exponent) {
  return Decimal{millionths_per_minor(exponent)} * minor;
}

bool Decimal::is_whole_minor(int exponent) const {
  return millionths_ % millionths_per_minor(exponent) == 0;
}

std::int64_t Decimal::to_minor(int exponent) const {
  const auto unit = millionths_per_minor(exponent);
  const auto rest = millionths_ % unit;
  const auto whole = millionths_ / unit;
  if (rest * 2 >= unit) return whole + 1;
  if (-rest * 2 >= unit) return whole - 1;
  return whole;
}

Decimal Decimal::operator+(Decimal other) const {
  std::int64_t result = 0;
  if (__builtin_add_overflow(millionths_, other.millionths_, &result)) out_of_range();
  return Decimal{result};
}

Decimal Decimal::operator-(Decimal other) const {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(millionths_, other.millionths_, &result)) out_of_range();
  return Decimal{result};
}

Decimal Decimal::operator*(std::int64_t factor) const {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(millionths_, factor, &result)) out_of_range();
  return Decimal{result};
}

std::string Decimal::str() const {
  // Negated as unsigned: the smallest int64 has no positive counterpart.
  const auto bits = static_cast<std::uint64_t>(millionths_);
  const std::uint64_t magnitude = millionths_ < 0 ? 0 - bits : bits;
  auto fraction = std::to_string(magnitude % kOne + kOne).substr(1);
  while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
  return (millionths_ < 0 ? "-" : "") + std::to_string(magnitude / kOne) + "." + fraction;
}

std::string Decimal::grouped() const {
  auto text = str();
  const std::size_t sign = is_negative() ? 1 : 0;
  const auto point = text.find('.');
  return text.substr(0, sign) + with_separators(text.substr(sign, point - sign)) +
         text.substr(point);
}

std::string grouped(std::uint64_t count) { return with_separators(std::to_string(count)); }

}  // namespace souk::online_retail
