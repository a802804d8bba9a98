#include "core/money.hpp"

#include <limits>

#include <fmt/format.h>

#include "core/error.hpp"

namespace souk {
namespace {

__extension__ using Int128 = __int128;  // wide enough for any product of two int64

[[noreturn]] void out_of_range() {
  throw Error{Kind::validation, "amount_out_of_range", "The amount is too large."};
}

/// Amounts of two currencies never meet by a client's doing: whoever adds them has a bug.
void require_same(Currency a, Currency b) {
  if (a == b) return;
  throw Error{Kind::internal, "currency_mismatch",
              fmt::format("Amounts in {} and {} cannot be combined.", a.code(), b.code())};
}

}  // namespace

Money Money::operator+(const Money& other) const {
  require_same(currency_, other.currency_);
  std::int64_t sum = 0;
  if (__builtin_add_overflow(amount_, other.amount_, &sum)) out_of_range();
  return {sum, currency_};
}

Money Money::operator-(const Money& other) const {
  require_same(currency_, other.currency_);
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(amount_, other.amount_, &difference)) out_of_range();
  return {difference, currency_};
}

Money Money::operator*(std::int64_t quantity) const {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(amount_, quantity, &product)) out_of_range();
  return {product, currency_};
}

bool Money::operator<(const Money& other) const {
  require_same(currency_, other.currency_);
  return amount_ < other.amount_;
}

Money Money::ratio(std::int64_t numerator, std::int64_t denominator) const {
  if (denominator <= 0) {
    throw Error{Kind::internal, "invalid_ratio", "A ratio needs a positive denominator."};
  }
  const Int128 product = static_cast<Int128>(amount_) * numerator;
  const bool negative = product < 0;
  const Int128 magnitude = negative ? -product : product;
  const Int128 remainder = magnitude % denominator;
  const Int128 rounded = magnitude / denominator + (remainder >= denominator - remainder ? 1 : 0);
  std::int64_t result = 0;
  if (__builtin_add_overflow(negative ? -rounded : rounded, 0, &result)) out_of_range();
  return {result, currency_};
}

std::string Money::str() const {
  // The magnitude is taken unsigned: -INT64_MIN does not exist.
  const auto bits = static_cast<std::uint64_t>(amount_);
  const std::uint64_t magnitude = amount_ < 0 ? 0 - bits : bits;
  const auto sign = amount_ < 0 ? "-" : "";
  const int digits = currency_.exponent();
  if (digits == 0) return fmt::format("{}{} {}", sign, magnitude, currency_.code());
  std::uint64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  return fmt::format("{}{}.{:0{}} {}", sign, magnitude / unit, magnitude % unit, digits,
                     currency_.code());
}

}  // namespace souk
