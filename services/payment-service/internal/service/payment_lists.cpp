#include "internal/service/payment_lists.hpp"

#include <ranges>

#include "core/csv.hpp"
#include "internal/models/invoice_view.hpp"
#include "internal/service/export_limit.hpp"

namespace souk::payment {

namespace {

/// The disputes of a payment in one line.
struct Disputed {
  std::string statuses;  ///< "won, needs_response"
  DisputeCost cost;
};

Disputed sum_of(const std::vector<KnownDispute>& disputes) {
  Disputed sum;
  for (const auto& [dispute, cost] : disputes) {
    sum.statuses += (sum.statuses.empty() ? "" : ", ") + dispute.status;
    sum.cost.withdrawn_minor += cost.withdrawn_minor;
    sum.cost.fee_minor += cost.fee_minor;
  }
  return sum;
}

}  // namespace

Task<PaymentPage> PaymentLists::list(const rpc::Call& call, PaymentFilter filter,
                                     std::string list_name, std::string page_token, int page_size) {
  const auto after = tokens_.read(list_name, page_token);
  const auto below = after ? std::optional{PaymentId::from(after->at(0))} : std::nullopt;
  PaymentPage page;
  page.payments =
      co_await search_payments(database_, call.scope(), std::move(filter), below, page_size + 1);
  if (page.payments.size() > static_cast<std::size_t>(page_size)) {
    page.payments.pop_back();
    page.next_page_token = tokens_.make(list_name, {page.payments.back().id.str()});
  }
  co_return page;
}

Task<std::string> PaymentLists::csv(const rpc::Call& call, PaymentFilter filter) {
  const auto payments = co_await search_payments(database_, call.scope(), std::move(filter),
                                                 std::nullopt, kExportRows + 1);
  if (payments.size() > kExportRows) throw export_too_large();
  const auto disputes = co_await disputes_.of_payments(call.scope(), payments);
  Csv csv;
  csv.row({"payment_id", "order_id", "user_id", "created_at", "status", "provider",
           "provider_reference", "decline_code", "currency", "amount", "captured", "refunded",
           "disputes", "disputed", "dispute_fees"});
  for (const auto& payment : payments | std::views::reverse) {
    const auto amount = [&](std::int64_t minor) {
      return Csv::Cell::number(plain_amount(minor, payment.amount.currency()));
    };
    const auto disputed = disputes.find(payment.id);
    const auto in_short = disputed == disputes.end() ? Disputed{} : sum_of(disputed->second);
    csv.row({payment.id.str(), payment.order_id.str(),
             payment.user_id ? payment.user_id->str() : std::string{},
             to_rfc3339(payment.created_at), name(payment.status), payment.provider,
             payment.provider_reference, payment.decline_code, payment.amount.currency().code(),
             amount(payment.amount.amount_minor()), amount(payment.captured_minor),
             amount(payment.refunded_minor), in_short.statuses,
             amount(in_short.cost.withdrawn_minor), amount(in_short.cost.fee_minor)});
  }
  co_return csv.take();
}

}  // namespace souk::payment
