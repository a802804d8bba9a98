#include "internal/models/invoice_view.hpp"

#include <array>
#include <chrono>
#include <stdexcept>

#include <fmt/format.h>

namespace souk::payment {
namespace {

constexpr std::array kMonths{"January", "February", "March",     "April",   "May",      "June",
                             "July",    "August",   "September", "October", "November", "December"};

std::string grouped(std::string digits) {
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

/// Whole units and what comes after the point, of an amount that is not below nought.
std::pair<std::string, std::string> split_amount(std::int64_t minor, Currency currency) {
  const auto places = static_cast<std::size_t>(currency.exponent());
  auto digits = fmt::format("{:0{}}", minor, places + 1);
  auto fraction = digits.substr(digits.size() - places);
  digits.resize(digits.size() - places);
  return {std::move(digits), fraction.empty() ? "" : "." + fraction};
}

std::vector<InvoiceView::Sum> sums_of(const BillingDocument& document) {
  const auto& content = document.content;
  const auto text = [&](std::int64_t minor) { return amount_text(minor, document.currency); };
  std::vector<InvoiceView::Sum> sums{{"Subtotal", text(content.subtotal)}};
  if (content.discount != 0) sums.push_back({"Discount", "\u2212" + text(content.discount)});
  if (content.shipping != 0) sums.push_back({"Shipping", text(content.shipping)});
  for (const auto& tax : content.taxes) {
    if (tax.included) continue;
    sums.push_back({fmt::format("Tax {} on {}", percent_text(tax.basis_points), text(tax.taxable)),
                    text(tax.tax)});
  }
  const auto* label = document.kind == DocumentKind::invoice ? "Total" : "Total credit";
  sums.push_back(
      {fmt::format("{} {}", label, document.currency.code()), text(content.total), true});
  for (const auto& tax : content.taxes) {
    if (!tax.included) continue;
    sums.push_back(
        {fmt::format("of which tax {} on {}", percent_text(tax.basis_points), text(tax.taxable)),
         text(tax.tax)});
  }
  return sums;
}

std::vector<std::string> notes_of(const BillingDocument& document) {
  if (document.kind == DocumentKind::credit_note)
    return {fmt::format("This credit note corrects invoice {}.", document.invoice_number),
            "The amount goes back by the means that the order was paid with."};
  return {"Paid in full. Thank you for your order.",
          fmt::format("All amounts are in {}.", document.currency.code())};
}

}  // namespace

std::string amount_text(std::int64_t minor, Currency currency) {
  auto [whole, fraction] = split_amount(minor, currency);
  return grouped(std::move(whole)) + fraction;
}

std::string plain_amount(std::int64_t minor, Currency currency) {
  auto [whole, fraction] = split_amount(minor, currency);
  return whole + fraction;
}

std::string percent_text(int basis_points) {
  auto text = fmt::format("{}.{:02}", basis_points / 100, basis_points % 100);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text + "%";
}

std::string date_text(Time time) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{} {} {}", static_cast<unsigned>(day.day()),
                     kMonths.at(static_cast<unsigned>(day.month()) - 1),
                     static_cast<int>(day.year()));
}

InvoiceView view_of(const BillingDocument& document) {
  if (!document.issue) throw std::logic_error{"a document without a number is shown to nobody"};
  const auto& [year, number, issued_at, seller] = *document.issue;
  const auto& content = document.content;
  InvoiceView view{.title = document.kind == DocumentKind::invoice ? "Invoice" : "Credit note",
                   .number = document.number(),
                   .currency = std::string{document.currency.code()},
                   .seller = seller.party,
                   .seller_facts = {},
                   .customer = content.customer,
                   .facts = {{"Number", document.number()},
                             {"Date", date_text(issued_at)},
                             {"Order", document.order_number},
                             {"Ordered on", date_text(content.ordered_at)}},
                   .rows = {},
                   .sums = sums_of(document),
                   .notes = notes_of(document)};
  if (!seller.vat_id.empty()) view.seller_facts.push_back("VAT ID " + seller.vat_id);
  if (!seller.contact.empty()) view.seller_facts.push_back(seller.contact);
  if (!document.invoice_number.empty())
    view.facts.emplace_back("For invoice", document.invoice_number);
  for (const auto& line : content.lines) {
    view.rows.push_back({.name = line.name,
                         .sku = line.sku,
                         .quantity = std::to_string(line.quantity),
                         .unit_price = amount_text(line.unit_price, document.currency),
                         .total = amount_text(line.total, document.currency)});
  }
  return view;
}

}  // namespace souk::payment
