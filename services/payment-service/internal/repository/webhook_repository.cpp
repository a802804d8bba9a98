#include "internal/repository/webhook_repository.hpp"

#include "internal/repository/payment_rows.hpp"

namespace souk::payment {
namespace {

using database::Query;

constexpr Query kByKey{"webhook.payment_by_key",
                       "SELECT * FROM payments WHERE id = $1 AND provider = $2"};
constexpr Query kByReference{
    "webhook.payment_by_reference",
    "SELECT * FROM payments WHERE provider_reference = $1 AND provider = $2"};
constexpr Query kRecord{"webhook.record", R"(
  INSERT INTO webhook_events (provider, event_id, event_type, payment_id, received_at)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT ON CONSTRAINT webhook_events_once DO NOTHING)"};
constexpr Query kPaymentDue{
    "webhook.payment_due",
    "UPDATE payments SET next_check_at = $2 WHERE id = $1 AND status = 'pending'"};
constexpr Query kRefundsDue{
    "webhook.refunds_due",
    "UPDATE refunds SET next_check_at = $2 WHERE payment_id = $1 AND status <> 'failed'"};
constexpr Query kForget{"webhook.forget", "DELETE FROM webhook_events WHERE received_at < $1"};

}  // namespace

Task<std::optional<Payment>> WebhookRepository::payment_of(
    std::string provider, std::string key, std::string reference,
    std::chrono::steady_clock::time_point deadline) {
  const database::Scope scope{kEveryTenant, deadline};
  if (const auto id = Uuid::parse(key)) {
    const auto row = co_await database_.query_optional(scope, kByKey, PaymentId{*id}, provider);
    if (row) co_return read_payment(*row);
  }
  if (reference.empty()) co_return std::nullopt;
  const auto rows = co_await database_.query(scope, kByReference, reference, provider);
  if (rows.empty()) co_return std::nullopt;
  co_return read_payment(rows[0]);
}

Task<bool> WebhookRepository::record(database::Transaction& tx, std::string provider,
                                     std::string event_id, std::string event_type,
                                     std::optional<PaymentId> payment_id) {
  const auto rows =
      co_await tx.query(kRecord, provider, event_id, event_type, payment_id, clock_.now());
  co_return rows.affected() == 1;
}

void WebhookRepository::make_due(database::Transaction& tx, PaymentId payment_id) {
  tx.queue(kPaymentDue, payment_id, clock_.now());
  tx.queue(kRefundsDue, payment_id, clock_.now());
}

Task<> WebhookRepository::forget(Time before, std::chrono::steady_clock::time_point deadline) {
  co_await database_.query({kEveryTenant, deadline}, kForget, before);
}

}  // namespace souk::payment
