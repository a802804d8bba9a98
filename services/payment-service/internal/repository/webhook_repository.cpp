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
    "UPDATE refunds SET next_check_at = $2 WHERE payment_id = $1 AND status = 'pending'"};
constexpr Query kKeepDispute{"dispute.keep", R"(
  INSERT INTO disputes (provider, id, payment_id, status, reason, amount_minor, currency, changed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT ON CONSTRAINT disputes_pkey DO UPDATE
  SET status = excluded.status, reason = excluded.reason, amount_minor = excluded.amount_minor,
      currency = excluded.currency, changed_at = excluded.changed_at
  WHERE disputes.changed_at <= excluded.changed_at)"};
constexpr Query kDisputes{"dispute.of_payments", R"(
  SELECT payment_id, id, status, reason, amount_minor, currency, changed_at
  FROM disputes WHERE payment_id = ANY($1::uuid[]) ORDER BY changed_at DESC, id)"};
constexpr Query kForget{"webhook.forget", "DELETE FROM webhook_events WHERE received_at < $1"};

Dispute read_dispute(const database::Row& row) {
  return {.id = row.get<std::string>("id"),
          .reference = {},
          .amount = {row.get<std::int64_t>("amount_minor"),
                     Currency::from(row.get<std::string>("currency"))},
          .reason = row.get<std::string>("reason"),
          .status = row.get<std::string>("status"),
          .changed_at = row.get<Time>("changed_at")};
}

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

void WebhookRepository::keep(database::Transaction& tx, std::string provider, PaymentId payment_id,
                             const Dispute& dispute) {
  tx.queue(kKeepDispute, provider, dispute.id, payment_id, dispute.status, dispute.reason,
           dispute.amount.amount_minor(), dispute.amount.currency().code(), dispute.changed_at);
}

Task<std::unordered_map<PaymentId, std::vector<Dispute>>> WebhookRepository::disputes(
    database::Scope scope, const std::vector<Payment>& payments) {
  std::vector<PaymentId> ids;
  for (const auto& payment : payments) ids.push_back(payment.id);
  std::unordered_map<PaymentId, std::vector<Dispute>> found;
  for (const auto& row : co_await database_.query(scope, kDisputes, ids)) {
    found[row.get<PaymentId>("payment_id")].push_back(read_dispute(row));
  }
  co_return found;
}

Task<> WebhookRepository::forget(Time before, std::chrono::steady_clock::time_point deadline) {
  co_await database_.query({kEveryTenant, deadline}, kForget, before);
}

}  // namespace souk::payment
