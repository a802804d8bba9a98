#include "internal/gateway/stripe_amount.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace souk::payment {
namespace {

// docs.stripe.com/currencies. ISK and UGX have no minor unit, and Stripe counts them in hundredths
// all the same; MGA has one, and Stripe counts in whole ariary.
constexpr std::array<std::string_view, 15> kWithoutDecimals{"BIF", "CLP", "DJF", "GNF", "JPY",
                                                            "KMF", "KRW", "MGA", "PYG", "RWF",
                                                            "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 5> kWithThreeDecimals{"BHD", "JOD", "KWD", "OMR", "TND"};

/// The last of three decimals is always a zero.
constexpr std::int64_t kThreeDecimalStep = 10;
/// Stripe takes eight digits.
constexpr std::int64_t kMostStripeTakes = 99'999'999;

int stripe_decimals(std::string_view currency) {
  if (std::ranges::find(kWithoutDecimals, currency) != kWithoutDecimals.end()) return 0;
  if (std::ranges::find(kWithThreeDecimals, currency) != kWithThreeDecimals.end()) return 3;
  return 2;
}

/// `amount` with as many more decimals (or fewer); empty where that would lose something.
std::optional<std::int64_t> shift(std::int64_t amount, int decimals) {
  for (; decimals > 0; --decimals) {
    if (__builtin_mul_overflow(amount, 10, &amount)) return std::nullopt;
  }
  for (; decimals < 0; ++decimals) {
    if (amount % 10 != 0) return std::nullopt;
    amount /= 10;
  }
  return amount;
}

}  // namespace

std::optional<std::int64_t> to_stripe(const Money& amount) {
  const auto currency = amount.currency();
  const int decimals = stripe_decimals(currency.code());
  const auto units = shift(amount.amount_minor(), decimals - currency.exponent());
  if (!units || *units > kMostStripeTakes) return std::nullopt;
  if (decimals == 3 && *units % kThreeDecimalStep != 0) return std::nullopt;
  return units;
}

std::optional<Money> from_stripe(std::int64_t amount, std::string_view currency) {
  std::string code{currency};
  std::ranges::transform(code, code.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  const auto known = Currency::parse(code);
  if (!known) return std::nullopt;
  const auto minor = shift(amount, known->exponent() - stripe_decimals(code));
  if (!minor) return std::nullopt;
  return Money{*minor, *known};
}

}  // namespace souk::payment
