#include "internal/service/billing.hpp"

#include <fmt/format.h>

#include "internal/models/country_name.hpp"
#include "internal/repository/ledger_repository.hpp"
#include "runtime/proto_values.hpp"

namespace souk::payment {
namespace {

Party customer_of(const order::v1::Order& order) {
  const auto& address = order.shipping_address();
  Party party{.name = address.full_name(), .address = {}};
  for (auto line : {address.line1(), address.line2(),
                    fmt::format("{} {}", address.postal_code(), address.city()), address.region(),
                    country_name(address.country())}) {
    if (!line.empty()) party.address.push_back(std::move(line));
  }
  return party;
}

InvoiceContent content_of(const order::v1::Order& order) {
  InvoiceContent content{.customer = customer_of(order),
                         .ordered_at = rpc::from_proto(order.created_at()),
                         .lines = {},
                         .subtotal = order.subtotal().amount(),
                         .discount = order.discount_total().amount(),
                         .shipping = order.shipping_total().amount(),
                         .total = order.total().amount(),
                         .taxes = {}};
  for (const auto& item : order.items()) {
    content.lines.push_back({.sku = item.sku(),
                             .name = item.name(),
                             .quantity = item.quantity(),
                             .unit_price = item.unit_price().amount(),
                             .total = item.total().amount()});
  }
  for (const auto& line : order.tax_lines()) {
    content.taxes.push_back({.basis_points = line.rate_basis_points(),
                             .included = line.included(),
                             .taxable = line.taxable().amount(),
                             .tax = line.tax().amount()});
  }
  return content;
}

LedgerEntry entry_of(const BillingDocument& document) {
  const auto money = [&](std::int64_t minor) { return Money{minor, document.currency}; };
  const auto& make = document.kind == DocumentKind::invoice ? invoice_entry : credit_note_entry;
  return make(document.id.uuid(), document.payment, money(document.content.total),
              money(document.content.tax()));
}

}  // namespace

void Billing::subscribe(messaging::Consumer& consumer) {
  using Confirmed = messaging::Received<order::v1::OrderConfirmed>;
  consumer.on_batch<order::v1::OrderConfirmed>(
      [this](database::Transaction& tx, const std::vector<Confirmed>& received) {
        std::vector<order::v1::Order> orders;
        for (const auto& one : received) orders.push_back(one.event.order());
        return invoice(tx, std::move(orders));
      });
  consumer.on<order::v1::OrderRefunded>(
      [this](database::Transaction& tx, const messaging::EventInfo&,
             const order::v1::OrderRefunded& refunded) { return credit(tx, refunded); });
}

BillingDocument Billing::invoice_of(const order::v1::Order& order) {
  const auto id = OrderId::from(order.id());
  return {.id = DocumentId{ids_.next()},
          .kind = DocumentKind::invoice,
          .source = id.uuid(),
          .order = id,
          .order_number = order.number(),
          .user = UserId::from(order.user_id()),
          .payment = PaymentId::from(order.payment().id()),
          .invoice = std::nullopt,
          .invoice_number = {},
          .currency = Currency::from(order.total().currency()),
          .content = content_of(order),
          .created_at = clock_.now(),
          .issue = std::nullopt};
}

Task<> Billing::invoice(database::Transaction& tx, std::vector<order::v1::Order> confirmed) {
  std::vector<BillingDocument> invoices;
  for (const auto& order : confirmed) invoices.push_back(invoice_of(order));
  co_await keep(tx, std::move(invoices));
}

Task<> Billing::credit(database::Transaction& tx, const order::v1::OrderRefunded& refunded) {
  const auto billed = co_await documents_.lock_invoice(tx, OrderId::from(refunded.order().id()));
  if (!billed) co_return;
  const auto credited = co_await documents_.credited(tx, billed->id);
  const auto refund = RefundId::from(refunded.refund_id());
  if (co_await documents_.has(tx, DocumentKind::credit_note, refund.uuid())) co_return;
  const auto unpaid = co_await documents_.unpaid_credit(tx, *billed, refund);
  if (!unpaid) co_return;
  const auto covered = std::min(*unpaid, refunded.amount().amount());
  if (covered > 0) documents_.cover(tx, refund, covered);
  if (covered == refunded.amount().amount()) co_return;
  auto note = *billed;
  note.id = DocumentId{ids_.next()};
  note.kind = DocumentKind::credit_note;
  note.source = refund.uuid();
  note.invoice = billed->id;
  note.content = credit_of(*billed, refunded.amount().amount() - covered, credited);
  note.created_at = clock_.now();
  note.issue.reset();
  co_await keep(tx, {std::move(note)});
}

Task<> Billing::keep(database::Transaction& tx, std::vector<BillingDocument> documents) {
  const auto written = co_await documents_.insert(tx, documents);
  std::vector<LedgerEntry> entries;
  for (const auto& document : documents) {
    if (written.contains(document.id)) entries.push_back(entry_of(document));
  }
  queue_entries(tx, entries, clock_.now());
  tx.on_commit(wake_);
}

}  // namespace souk::payment
