#include "internal/handler/billing_convert.hpp"

#include <charconv>

#include "core/error.hpp"
#include "runtime/proto_values.hpp"

namespace souk::payment {
namespace {

constexpr std::chrono::days kOneDay{1};

/// The first moment of "2026-01-31", whose form has been checked.
std::optional<Time> day_of(std::string_view field, const std::string& text) {
  if (text.empty()) return std::nullopt;
  try {
    return from_rfc3339(text + "T00:00:00Z");
  } catch (const Error&) {
    throw invalid_field(std::string{field}, "invalid_format", "There is no such day.");
  }
}

template <class Filter, class Request>
void set_days(Filter& filter, const Request& request) {
  filter.from = day_of("from", request.from());
  filter.before = day_of("to", request.to());
  if (filter.before) *filter.before += kOneDay;
}

std::optional<DocumentKind> kind_of(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{document_kind(text)};
}

std::int64_t digits(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// "INV-2026-000042", whose form has been checked.
void set_number(DocumentFilter& filter, const std::string& text) {
  if (text.empty()) return;
  const auto year = text.find('-') + 1;
  filter.kind = text.starts_with("INV") ? DocumentKind::invoice : DocumentKind::credit_note;
  filter.number = {static_cast<int>(digits(std::string_view{text}.substr(year, 4))),
                   digits(std::string_view{text}.substr(year + 5))};
}

template <class Lines>
void add_lines(const std::vector<std::string>& from, Lines* to) {
  for (const auto& line : from) *to->Add() = line;
}

void add_content(const BillingDocument& document, v1::Invoice& proto) {
  const auto money = [&](std::int64_t minor) {
    return rpc::to_proto(Money{minor, document.currency});
  };
  const auto& content = document.content;
  for (const auto& line : content.lines) {
    auto& item = *proto.add_items();
    item.set_sku(line.sku);
    item.set_name(line.name);
    item.set_quantity(line.quantity);
    *item.mutable_unit_price() = money(line.unit_price);
    *item.mutable_total() = money(line.total);
  }
  std::int64_t added_tax = 0;
  for (const auto& tax : content.taxes) {
    auto& line = *proto.add_tax_lines();
    line.set_rate_basis_points(tax.basis_points);
    line.set_included(tax.included);
    *line.mutable_taxable() = money(tax.taxable);
    *line.mutable_tax() = money(tax.tax);
    if (!tax.included) added_tax += tax.tax;
  }
  *proto.mutable_subtotal() = money(content.subtotal);
  *proto.mutable_discount_total() = money(content.discount);
  *proto.mutable_shipping_total() = money(content.shipping);
  *proto.mutable_tax_total() = money(added_tax);
  *proto.mutable_total() = money(content.total);
}

void add_issue(const BillingDocument& document, v1::Invoice& proto) {
  if (!document.issue) return;
  const auto& seller = document.issue->seller;
  proto.set_number(document.number());
  *proto.mutable_issued_at() = rpc::to_proto(document.issue->at);
  proto.mutable_seller()->set_name(seller.party.name);
  add_lines(seller.party.address, proto.mutable_seller()->mutable_address());
  proto.mutable_seller()->set_vat_id(seller.vat_id);
  proto.mutable_seller()->set_contact(seller.contact);
}

}  // namespace

v1::Invoice to_proto(const BillingDocument& document) {
  v1::Invoice proto;
  proto.set_id(document.id.str());
  proto.set_kind(std::string{name(document.kind)});
  proto.set_order_id(document.order.str());
  proto.set_order_number(document.order_number);
  proto.set_payment_id(document.payment.str());
  proto.set_user_id(document.user.str());
  if (document.invoice) proto.set_invoice_id(document.invoice->str());
  proto.set_invoice_number(document.invoice_number);
  *proto.mutable_ordered_at() = rpc::to_proto(document.content.ordered_at);
  proto.mutable_customer()->set_name(document.content.customer.name);
  add_lines(document.content.customer.address, proto.mutable_customer()->mutable_address());
  add_content(document, proto);
  add_issue(document, proto);
  return proto;
}

DocumentFilter filter_of(const v1::ListInvoicesRequest& request) {
  DocumentFilter filter{.kind = kind_of(request.kind())};
  set_days(filter, request);
  if (!request.order_id().empty()) filter.order = OrderId::from(request.order_id());
  set_number(filter, request.number());
  return filter;
}

DocumentFilter filter_of(const v1::ExportInvoicesRequest& request) {
  DocumentFilter filter{.kind = kind_of(request.kind())};
  set_days(filter, request);
  return filter;
}

PaymentFilter filter_of(const v1::ListPaymentsRequest& request) {
  PaymentFilter filter;
  if (!request.status().empty()) filter.status = payment_status(request.status());
  if (!request.provider().empty()) filter.provider = request.provider();
  if (!request.order_id().empty()) filter.order = OrderId::from(request.order_id());
  set_days(filter, request);
  return filter;
}

PaymentFilter filter_of(const v1::ExportPaymentsRequest& request) {
  PaymentFilter filter;
  if (!request.status().empty()) filter.status = payment_status(request.status());
  if (!request.provider().empty()) filter.provider = request.provider();
  set_days(filter, request);
  return filter;
}

common::v1::File to_file(std::string name, std::string content_type, std::string content,
                         bool attachment) {
  common::v1::File file;
  file.set_name(std::move(name));
  file.set_content_type(std::move(content_type));
  file.set_content(std::move(content));
  file.set_attachment(attachment);
  return file;
}

}  // namespace souk::payment
