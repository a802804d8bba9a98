#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace souk::online_retail {

/// An exact decimal number: an integer count of millionths. Six decimals are more than any price
/// of the data has (three); a seventh is refused rather than rounded. Nothing here is a float.
/// A plain value; every operation is checked and throws Error{validation, "amount_out_of_range"}.
class Decimal {
 public:
  static constexpr int kDecimals = 6;

  constexpr Decimal() = default;

  /// "-11062.06", "0.001", "27": digits on both sides of a point. Empty for anything else.
  static std::optional<Decimal> parse(std::string_view text);
  /// `minor` units of a currency with `exponent` decimals: (1999, 2) is 19.99.
  static Decimal from_minor(std::int64_t minor, int exponent);

  /// Whether it is a whole number of minor units: 0.25 is 25 pence, 0.001 is none.
  bool is_whole_minor(int exponent) const;
  /// In minor units, rounded half up (away from zero), as souk::Money rounds.
  std::int64_t to_minor(int exponent) const;

  bool is_zero() const { return millionths_ == 0; }
  bool is_negative() const { return millionths_ < 0; }

  Decimal operator+(Decimal other) const;
  Decimal operator-(Decimal other) const;
  Decimal operator*(std::int64_t factor) const;
  Decimal& operator+=(Decimal other) { return *this = *this + other; }
  auto operator<=>(const Decimal&) const = default;

  /// All decimals that are not trailing zeros, but at least two: "6781619.004", "4.50".
  std::string str() const;
  /// The same with thousands separated, for people: "6,781,619.004".
  std::string grouped() const;

 private:
  explicit constexpr Decimal(std::int64_t millionths) : millionths_(millionths) {}

  std::int64_t millionths_ = 0;
};

/// "370,931".
std::string grouped(std::uint64_t count);

}  // namespace souk::online_retail
