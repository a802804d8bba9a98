#include "internal/repository/payment_repository.hpp"

#include "internal/repository/ledger_repository.hpp"
#include "internal/repository/payment_rows.hpp"

namespace souk::payment {
namespace {

using database::Query;

constexpr Query kOfOrder{"payment.of_order", "SELECT * FROM payments WHERE order_id = $1"};
constexpr Query kLockOfOrder{"payment.lock_of_order",
                             "SELECT * FROM payments WHERE order_id = $1 FOR UPDATE"};
constexpr Query kByIds{"payment.of_ids", "SELECT * FROM payments WHERE id = ANY($1::uuid[])"};
constexpr Query kPaidPage{"payment.paid_page", R"(
  SELECT * FROM payments
  WHERE provider = $1 AND status IN ('captured', 'partially_refunded', 'refunded') AND id > $2
  ORDER BY id LIMIT $3)"};
constexpr Query kTakeDue{"payment.take_due", R"(
  UPDATE payments SET next_check_at = $2, attempts = attempts + 1
  WHERE id IN (SELECT id FROM payments WHERE status = 'pending' AND next_check_at <= $1 AND id > $3
               ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED)
  RETURNING *)"};
constexpr Query kKeep{"payment.keep", R"(
  UPDATE payments SET next_check_at = $3, attempts = attempts + 1
  WHERE id = $1 AND status = 'pending' AND attempts = $2)"};
constexpr Query kRelease{"payment.release", R"(
  UPDATE payments
  SET next_check_at = $3, action_type = $4, action_url = $5, action_client_secret = $6
  WHERE id = $1 AND status = 'pending' AND attempts = $2)"};
// Whoever comes first: a second worker that has prepared it too goes on with the first one's.
constexpr Query kRecordReference{"payment.record_reference", R"(
  UPDATE payments SET provider_reference = coalesce(provider_reference, $2)
  WHERE id = $1 AND status = 'pending' RETURNING provider_reference)"};
constexpr Query kHandOver{"payment.hand_over", R"(
  UPDATE payments SET provider = $3, next_check_at = $4, attempts = attempts + 1, updated_at = $5
  WHERE id = $1 AND status = 'pending' AND attempts = $2 AND provider_reference IS NULL)"};
constexpr Query kOfReference{"payment.of_reference", R"(
  SELECT * FROM payments WHERE provider = $1 AND provider_reference = $2)"};
constexpr Query kSettle{"payment.settle", R"(
  UPDATE payments
  SET status = $2, provider_reference = coalesce($3, provider_reference), decline_code = $4,
      captured_minor = CASE $2 WHEN 'captured' THEN amount_minor ELSE 0 END,
      token = NULL, action_type = NULL, action_url = NULL, action_client_secret = NULL,
      next_check_at = NULL, updated_at = $5
  WHERE id = $1 AND status = 'pending' AND attempts = coalesce($6, attempts)
    AND provider = coalesce($7, provider) AND (NOT $8::bool OR provider_reference IS NULL)
  RETURNING *)"};
constexpr Query kImport{"payment.import", R"(
  INSERT INTO payments (id, order_id, user_id, status, amount_minor, currency, captured_minor,
                        refunded_minor, provider, created_at, updated_at)
  SELECT id, order_id, user_id, status, amount, currency, amount, refunded, 'imported', paid_at,
         paid_at
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::text[],
              $7::bigint[], $8::timestamptz[])
       AS new (id, order_id, user_id, status, amount, currency, refunded, paid_at)
  ORDER BY order_id
  ON CONFLICT ON CONSTRAINT payments_one_per_order DO NOTHING)"};

std::optional<std::string> null_if_empty(std::string text) {
  return text.empty() ? std::nullopt : std::optional{std::move(text)};
}

std::vector<Payment> read_all(const database::Rows& rows) {
  std::vector<Payment> payments;
  for (const auto& row : rows) payments.push_back(read_payment(row));
  return payments;
}

std::optional<Payment> read_optional(const std::optional<database::Row>& row) {
  return row ? std::optional{read_payment(*row)} : std::nullopt;
}

}  // namespace

std::vector<database::ConstraintRule> payment_constraints() {
  return {{"payments_refunded_within_captured", Kind::validation, "refund_exceeds_capture",
           "The refunds of a payment cannot exceed what was captured.", "amount"}};
}

Task<std::optional<Payment>> PaymentRepository::of_order(database::Scope scope, OrderId order_id) {
  co_return read_optional(co_await database_.query_optional(scope, kOfOrder, order_id));
}

Task<std::optional<Payment>> PaymentRepository::lock_of_order(database::Transaction& tx,
                                                              OrderId order_id) {
  co_return read_optional(co_await tx.query_optional(kLockOfOrder, order_id));
}

Task<std::vector<Payment>> PaymentRepository::by_ids(database::Scope scope,
                                                     std::vector<PaymentId> ids) {
  co_return read_all(co_await database_.query(scope, kByIds, ids));
}

Task<std::vector<Payment>> PaymentRepository::paid_page(database::Scope scope, std::string provider,
                                                        PaymentId after, int limit) {
  co_return read_all(co_await database_.query(scope, kPaidPage, provider, after, limit));
}

Task<std::vector<Payment>> PaymentRepository::take_due(database::Scope scope, Time due_at,
                                                       Time until, PaymentId after, int limit) {
  co_return read_all(co_await database_.query(scope, kTakeDue, due_at, until, after, limit));
}

Task<bool> PaymentRepository::keep(const Payment& payment, Time until,
                                   std::chrono::steady_clock::time_point deadline) {
  const auto rows = co_await database_.query({payment.tenant, deadline}, kKeep, payment.id,
                                             payment.attempts, until);
  co_return rows.affected() == 1;
}

Task<> PaymentRepository::release(const Payment& payment, Time next_check_at,
                                  std::chrono::steady_clock::time_point deadline) {
  const auto& action = payment.action;
  co_await database_.query({payment.tenant, deadline}, kRelease, payment.id, payment.attempts,
                           next_check_at, action ? std::optional{action->type} : std::nullopt,
                           action ? null_if_empty(action->url) : std::nullopt,
                           action ? null_if_empty(action->client_secret) : std::nullopt);
}

Task<std::optional<std::string>> PaymentRepository::record_reference(
    const Payment& payment, std::string reference, std::chrono::steady_clock::time_point deadline) {
  const auto row = co_await database_.query_optional({payment.tenant, deadline}, kRecordReference,
                                                     payment.id, reference);
  if (!row) co_return std::nullopt;
  co_return row->get<std::string>("provider_reference");
}

Task<bool> PaymentRepository::hand_over(const Payment& payment, std::string provider, Time until,
                                        std::chrono::steady_clock::time_point deadline) {
  const auto rows = co_await database_.query({payment.tenant, deadline}, kHandOver, payment.id,
                                             payment.attempts, provider, until, clock_.now());
  co_return rows.affected() == 1;
}

Task<std::optional<Payment>> PaymentRepository::of_reference(database::Scope scope,
                                                             std::string provider,
                                                             std::string reference) {
  co_return read_optional(
      co_await database_.query_optional(scope, kOfReference, provider, reference));
}

Task<std::optional<Payment>> PaymentRepository::settle(database::Transaction& tx, PaymentId id,
                                                       Outcome outcome) {
  outcome.check();
  const auto settled = read_optional(co_await tx.query_optional(
      kSettle, id, name(outcome.status), null_if_empty(std::move(outcome.provider_reference)),
      null_if_empty(std::move(outcome.decline_code)), clock_.now(), outcome.attempts,
      null_if_empty(std::move(outcome.provider)), outcome.unprepared));
  if (settled) queue_entries(tx, std::vector{capture_entry(*settled)}, clock_.now());
  co_return settled;
}

Task<std::size_t> PaymentRepository::import(database::Scope scope,
                                            const std::vector<ImportedPayment>& payments) {
  std::vector<PaymentId> ids;
  std::vector<OrderId> orders;
  std::vector<UserId> users;
  std::vector<std::string> statuses, currencies;
  std::vector<std::int64_t> amounts, refunded;
  std::vector<Time> times;
  for (const auto& payment : payments) {
    ids.push_back(payment.id);
    orders.push_back(payment.order_id);
    users.push_back(payment.user_id);
    statuses.emplace_back(
        name(status_after_refunds(payment.amount.amount_minor(), payment.refunded_minor)));
    amounts.push_back(payment.amount.amount_minor());
    currencies.emplace_back(payment.amount.currency().code());
    refunded.push_back(payment.refunded_minor);
    times.push_back(payment.paid_at);
  }
  const auto rows = co_await database_.query(scope, kImport, ids, orders, users, statuses, amounts,
                                             currencies, refunded, times);
  co_return rows.affected();
}

}  // namespace souk::payment
