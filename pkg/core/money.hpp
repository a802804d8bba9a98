#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace souk {

/// An ISO 4217 currency. Three bytes; only codes of the table in currency.cpp can exist.
class Currency {
 public:
  /// Empty for a code that is not on the list.
  static std::optional<Currency> parse(std::string_view code);
  /// Throws Error{validation} naming `field`.
  static Currency from(std::string_view code, std::string_view field = "currency");

  std::string_view code() const { return {code_, 3}; }
  /// Digits of the minor unit: USD 2, JPY 0, KWD 3.
  int exponent() const { return exponent_; }
  bool operator==(const Currency& other) const { return code() == other.code(); }

 private:
  Currency(std::string_view code, int exponent);
  char code_[3];
  signed char exponent_;
};

/// An amount in minor units of one currency. Every operation is checked: mixing currencies or
/// leaving int64 throws Error{validation, "amount_out_of_range"} or Error{internal}; nothing wraps.
class Money {
 public:
  Money(std::int64_t amount_minor, Currency currency)
      : amount_(amount_minor), currency_(currency) {}
  static Money zero(Currency currency) { return {0, currency}; }

  std::int64_t amount_minor() const { return amount_; }
  Currency currency() const { return currency_; }
  bool is_zero() const { return amount_ == 0; }

  Money operator+(const Money& other) const;
  Money operator-(const Money& other) const;
  Money operator*(std::int64_t quantity) const;
  bool operator==(const Money& other) const = default;
  bool operator<(const Money& other) const;

  /// amount x numerator / denominator, rounded half up (away from zero). denominator > 0.
  Money ratio(std::int64_t numerator, std::int64_t denominator) const;

  /// "19.99 USD", "500 JPY".
  std::string str() const;

 private:
  std::int64_t amount_;
  Currency currency_;
};

}  // namespace souk
