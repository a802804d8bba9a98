#include "internal/service/fee_books.hpp"

#include <fmt/format.h>

namespace souk::payment {

Task<std::vector<Difference>> FeeBooks::book(const std::vector<ProviderCharge>& charges,
                                             const std::unordered_map<PaymentId, Payment>& payments,
                                             Deadline deadline) {
  std::vector<PaymentId> ids;
  for (const auto& [id, payment] : payments) ids.push_back(id);
  auto booked = co_await ledger_.fees_of({kEveryTenant, deadline}, std::move(ids));
  std::vector<Difference> differences;
  for (const auto& charge : charges) {
    const auto found =
        payments.find(PaymentId{Uuid::parse(charge.idempotency_key).value_or(Uuid{})});
    if (!charge.fees_minor || found == payments.end() || !is_paid(found->second.status)) continue;
    auto known = booked[found->first];
    if (*charge.fees_minor > known)
      known = co_await book_one(found->second, *charge.fees_minor, deadline);
    if (*charge.fees_minor >= known) continue;
    differences.push_back(
        {.kind = "fees",
         .provider_reference = charge.reference,
         .payment_id = found->first.str(),
         .detail = fmt::format("{} booked, the provider says {}", known, *charge.fees_minor)});
  }
  co_return differences;
}

/// Under the payment's lock, so that two that read the provider's ledger at once book a fee once.
/// What is booked then.
Task<std::int64_t> FeeBooks::book_one(const Payment& payment, std::int64_t told_minor,
                                      Deadline deadline) {
  co_return co_await database_.transact(
      {payment.tenant, deadline}, [&](database::Transaction& tx) -> Task<std::int64_t> {
        co_await payments_.lock_of_order(tx, payment.order_id);
        const auto known = co_await ledger_.fees_of(tx, payment.id);
        if (told_minor <= known) co_return known;
        const auto entry =
            fee_entry(ids_.next(), payment.id, {told_minor - known, payment.amount.currency()});
        queue_entries(tx, std::vector{entry}, clock_.now());
        co_return told_minor;
      });
}

}  // namespace souk::payment
