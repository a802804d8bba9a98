#include "internal/models/invoice.hpp"

#include <array>
#include <stdexcept>

#include <fmt/format.h>

namespace souk::payment {
namespace {

/// How documents are called on paper.
constexpr std::string_view prefix(DocumentKind kind) {
  return kind == DocumentKind::invoice ? "INV" : "CN";
}

/// The part of `whole` that falls to everything up to `amount` of `total`, half up.
std::int64_t share(std::int64_t whole, std::int64_t amount, std::int64_t total, Currency currency) {
  return total == 0 ? 0 : Money{whole, currency}.ratio(amount, total).amount_minor();
}

}  // namespace

std::string_view name(DocumentKind kind) {
  return kind == DocumentKind::invoice ? "invoice" : "credit_note";
}

DocumentKind document_kind(std::string_view name) {
  if (name == "invoice") return DocumentKind::invoice;
  if (name == "credit_note") return DocumentKind::credit_note;
  throw std::logic_error{"a kind of document that the schema does not allow"};
}

std::int64_t InvoiceContent::tax() const {
  std::int64_t sum = 0;
  for (const auto& line : taxes) sum += line.tax;
  return sum;
}

std::string BillingDocument::number() const {
  return issue ? number_text(kind, issue->year, issue->number) : std::string{};
}

std::string number_text(DocumentKind kind, int year, std::int64_t number) {
  return fmt::format("{}-{}-{:06}", prefix(kind), year, number);
}

InvoiceContent credit_of(const BillingDocument& invoice, std::int64_t amount,
                         std::int64_t credited) {
  const auto& billed = invoice.content;
  if (amount < 0 || credited < 0 || amount > billed.total - credited)
    throw std::logic_error{"a credit note beyond its invoice"};
  if (amount == billed.total) return billed;
  const auto part = [&](std::int64_t whole) {
    return share(whole, credited + amount, billed.total, invoice.currency) -
           share(whole, credited, billed.total, invoice.currency);
  };
  InvoiceContent credit{.customer = billed.customer,
                        .ordered_at = billed.ordered_at,
                        .lines = {},
                        .total = amount,
                        .taxes = billed.taxes};
  std::int64_t added_tax = 0;
  for (auto& tax : credit.taxes) {
    tax.tax = part(tax.tax);
    tax.taxable = part(tax.taxable);
    if (!tax.included) added_tax += tax.tax;
  }
  credit.subtotal = amount - added_tax;
  credit.lines.push_back({.sku = "",
                          .name = fmt::format("Partial refund of order {}", invoice.order_number),
                          .quantity = 1,
                          .unit_price = credit.subtotal,
                          .total = credit.subtotal});
  return credit;
}

}  // namespace souk::payment
