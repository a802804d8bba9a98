#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "apps/souk/online_retail/decimal.hpp"
#include "core/clock.hpp"

namespace souk::online_retail {

/// The file's prices are in pounds: pence are its minor unit.
inline constexpr int kPence = 2;
inline constexpr const char* kCurrency = "GBP";

enum class InvoiceKind : std::uint8_t {
  sale,          ///< a plain number
  cancellation,  ///< C…: takes back what an earlier invoice sold
  adjustment,    ///< A…: bookkeeping (bad debts), concerns no goods
};

/// One readable line of the file.
struct Line {
  std::uint32_t number = 0;  ///< in the file, counted as an editor does: the header is line 1
  std::string text;          ///< as it stands in the file
  std::string invoice;       ///< with its leading letter
  InvoiceKind kind = InvoiceKind::sale;
  std::string stock_code;   ///< normalised, see stock_code.hpp
  std::string description;  ///< trimmed; an absent one is the word "nan" in the data
  std::int64_t quantity = 0;
  Time time;
  Decimal unit_price;
  std::optional<std::string> customer_id;
  std::string country;
  Decimal amount;  ///< quantity x unit_price, exact
};

/// A line that can't be read, and why.
struct Malformed {
  std::uint32_t number = 0;
  std::string text;
  std::string problem;
  std::optional<Decimal> amount;  ///< where at least quantity and price are readable
};

using Record = std::variant<Line, Malformed>;

}  // namespace souk::online_retail
