#include "apps/souk/online_retail/parse_line.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "apps/souk/online_retail/stock_code.hpp"
#include "apps/souk/online_retail/text.hpp"
#include "core/error.hpp"

namespace souk::online_retail {
namespace {

// Bounds of what an invoice line can be, well past the data (74,215 units, 38,970 GBP each, 77,184
// GBP in all). Their product fits a Decimal, and so do the sums of 900,000 such lines.
constexpr std::int64_t kMaxQuantity = 1'000'000;
const Decimal kMaxPrice = Decimal::from_minor(1'000'000, 0);
const Decimal kMaxAmount = Decimal::from_minor(10'000'000, 0);
constexpr std::size_t kMaxInvoiceDigits = 18;
constexpr std::size_t kMaxCustomerLength = 20;

enum Column { invoice, stock_code, description, quantity, time, unit_price, customer, country };

std::optional<InvoiceKind> invoice_kind(std::string_view number) {
  auto kind = InvoiceKind::sale;
  if (number.starts_with('C')) kind = InvoiceKind::cancellation;
  if (number.starts_with('A')) kind = InvoiceKind::adjustment;
  if (kind != InvoiceKind::sale) number.remove_prefix(1);
  const bool digits = !number.empty() && number.size() <= kMaxInvoiceDigits &&
                      number.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? std::optional{kind} : std::nullopt;
}

std::optional<std::int64_t> parse_quantity(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::abs(value) <= kMaxQuantity ? std::optional{value} : std::nullopt;
}

std::optional<Time> parse_time(std::string_view text) {
  try {
    return from_rfc3339(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool is_customer(std::string_view id) {
  return id.size() <= kMaxCustomerLength &&
         std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0; });
}

/// Quantity x price where both can be read and are of this world.
std::optional<Decimal> amount_of(std::optional<std::int64_t> count, std::optional<Decimal> price) {
  if (!count || !price) return std::nullopt;
  if (*price > kMaxPrice || *price < kMaxPrice * -1) return std::nullopt;
  const auto amount = *price * *count;
  const bool sane = amount <= kMaxAmount && amount >= kMaxAmount * -1;
  return sane ? std::optional{amount} : std::nullopt;
}

std::string_view shape_problem(const CsvRecord& record) {
  if (record.state == CsvRecord::State::open_quote) return "a quote is not closed";
  if (record.state == CsvRecord::State::bad_quote) return "a quote in the middle of a field";
  if (record.fields.size() != kColumns.size()) return "not eight columns";
  if (!std::ranges::all_of(record.fields, is_utf8)) return "not UTF-8";
  return {};
}

}  // namespace

std::string column_names() {
  std::string names;
  for (const auto column : kColumns) names.append(names.empty() ? "" : ",").append(column);
  return names;
}

Record parse_line(std::uint32_t number, std::string text, CsvRecord record) {
  std::optional<Decimal> amount;
  const auto malformed = [&](std::string_view problem) {
    return Malformed{number, std::move(text), std::string{problem}, amount};
  };
  if (const auto problem = shape_problem(record); !problem.empty()) return malformed(problem);

  auto& fields = record.fields;
  const auto count = parse_quantity(fields[quantity]);
  const auto price = Decimal::parse(fields[unit_price]);
  amount = amount_of(count, price);
  const auto kind = invoice_kind(fields[invoice]);
  const auto at = parse_time(fields[time]);
  auto code = normalised_stock_code(fields[stock_code]);
  if (!kind) return malformed("InvoiceNo is no invoice number");
  if (code.empty()) return malformed("StockCode is empty");
  if (!count) return malformed("Quantity is no whole number");
  if (!at) return malformed("InvoiceDate is no RFC 3339 time");
  if (!price) return malformed("UnitPrice is no decimal number");
  if (!amount) return malformed("Quantity x UnitPrice is out of range");
  if (!is_customer(fields[customer])) return malformed("CustomerID is no customer number");

  Line line;
  line.number = number;
  line.text = std::move(text);
  line.invoice = std::move(fields[invoice]);
  line.kind = *kind;
  line.stock_code = std::move(code);
  line.description = trimmed(fields[description]);
  line.quantity = *count;
  line.time = *at;
  line.unit_price = *price;
  if (!fields[customer].empty()) line.customer_id = std::move(fields[customer]);
  line.country = trimmed(fields[country]);
  line.amount = *amount;
  return line;
}

}  // namespace souk::online_retail
