#include "internal/repository/refund_repository.hpp"

#include "internal/repository/ledger_repository.hpp"
#include "internal/repository/payment_rows.hpp"

namespace souk::payment {
namespace {

using database::Query;

constexpr Query kFind{"refund.find", R"(
  SELECT r.*, p.order_id, p.currency, p.provider, p.provider_reference
  FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.id = $1)"};
constexpr Query kInsertRefund{"refund.insert", R"(
  INSERT INTO refunds (id, payment_id, amount_minor, reason, status, next_check_at, created_at,
                       updated_at)
  VALUES ($1, $2, $3, $4, 'pending', $5, $6, $6))"};
constexpr Query kSetAside{"payment.set_aside", R"(
  UPDATE payments SET refunding_minor = refunding_minor + $2, updated_at = $3 WHERE id = $1)"};
constexpr Query kFinish{"refund.finish", R"(
  UPDATE refunds
  SET status = $2, next_check_at = $4, reference = coalesce($5, reference), updated_at = $3
  WHERE id = $1 AND status = 'pending')"};
constexpr Query kComeBack{"refund.come_back", R"(
  UPDATE refunds SET status = 'failed', next_check_at = NULL, updated_at = $2
  WHERE id = $1 AND status = 'succeeded')"};
constexpr Query kUnbookRefund{"payment.unbook_refund", R"(
  UPDATE payments
  SET refunded_minor = refunded_minor - $2,
      status = CASE WHEN refunded_minor = $2 THEN 'captured' ELSE 'partially_refunded' END,
      updated_at = $3
  WHERE id = $1)"};
constexpr Query kRefundsOf{"refund.of_payments", R"(
  SELECT r.*, p.order_id, p.currency, p.provider, p.provider_reference
  FROM refunds r JOIN payments p ON p.id = r.payment_id
  WHERE r.payment_id = ANY($1::uuid[]) ORDER BY r.created_at DESC, r.id)"};
constexpr Query kBookRefund{"payment.book_refund", R"(
  UPDATE payments
  SET refunding_minor = refunding_minor - $2, refunded_minor = refunded_minor + $2,
      status = CASE WHEN refunded_minor + $2 = captured_minor THEN 'refunded'
                    ELSE 'partially_refunded' END,
      updated_at = $3
  WHERE id = $1)"};
constexpr Query kFreeAside{"payment.free_aside", R"(
  UPDATE payments SET refunding_minor = refunding_minor - $2, updated_at = $3 WHERE id = $1)"};
constexpr Query kTakeDueRefunds{"refund.take_due", R"(
  UPDATE refunds r SET next_check_at = $2, attempts = r.attempts + 1
  FROM payments p
  WHERE p.id = r.payment_id
    AND r.id IN (SELECT id FROM refunds WHERE next_check_at <= $1 AND id > $3
                 ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED)
  RETURNING r.*, p.order_id, p.currency, p.provider, p.provider_reference)"};
constexpr Query kPostpone{"refund.postpone",
                          "UPDATE refunds SET next_check_at = $2 WHERE id = $1 AND status = $3"};

}  // namespace

Task<std::optional<Refund>> RefundRepository::find(database::Transaction& tx, RefundId id) {
  const auto row = co_await tx.query_optional(kFind, id);
  co_return row ? std::optional{read_refund(*row)} : std::nullopt;
}

void RefundRepository::begin(database::Transaction& tx, const Refund& refund, Time next_check_at) {
  tx.queue(kInsertRefund, refund.id, refund.payment_id, refund.amount.amount_minor(), refund.reason,
           next_check_at, clock_.now());
  tx.queue(kSetAside, refund.payment_id, refund.amount.amount_minor(), clock_.now());
}

Task<bool> RefundRepository::finish(database::Transaction& tx, const Refund& refund,
                                    RefundStatus status, std::string reference) {
  const auto now = clock_.now();
  const auto look = status == RefundStatus::succeeded ? next_look(refund, now) : std::nullopt;
  const auto changed =
      co_await tx.query(kFinish, refund.id, name(status), now, look,
                        reference.empty() ? std::nullopt : std::optional{std::move(reference)});
  if (changed.affected() == 0) co_return false;
  const auto& book = status == RefundStatus::succeeded ? kBookRefund : kFreeAside;
  tx.queue(book, refund.payment_id, refund.amount.amount_minor(), clock_.now());
  if (status == RefundStatus::succeeded)
    queue_entries(tx, std::vector{refund_entry(refund)}, clock_.now());
  co_return true;
}

Task<bool> RefundRepository::come_back(database::Transaction& tx, const Refund& refund) {
  const auto now = clock_.now();
  const auto changed = co_await tx.query(kComeBack, refund.id, now);
  if (changed.affected() == 0) co_return false;
  tx.queue(kUnbookRefund, refund.payment_id, refund.amount.amount_minor(), now);
  queue_entries(tx, std::vector{refund_failed_entry(refund)}, now);
  co_return true;
}

Task<std::unordered_map<PaymentId, std::vector<Refund>>> RefundRepository::of_payments(
    database::Scope scope, const std::vector<Payment>& payments) {
  std::vector<PaymentId> ids;
  for (const auto& payment : payments) ids.push_back(payment.id);
  std::unordered_map<PaymentId, std::vector<Refund>> found;
  for (const auto& row : co_await database_.query(scope, kRefundsOf, ids)) {
    auto refund = read_refund(row);
    found[refund.payment_id].push_back(std::move(refund));
  }
  co_return found;
}

Task<std::vector<Refund>> RefundRepository::take_due(database::Scope scope, Time due_at, Time until,
                                                     RefundId after, int limit) {
  const auto rows = co_await database_.query(scope, kTakeDueRefunds, due_at, until, after, limit);
  std::vector<Refund> refunds;
  for (const auto& row : rows) refunds.push_back(read_refund(row));
  co_return refunds;
}

Task<> RefundRepository::postpone(const Refund& refund, std::optional<Time> next_check_at,
                                  std::chrono::steady_clock::time_point deadline) {
  co_await database_.query({refund.tenant, deadline}, kPostpone, refund.id, next_check_at,
                           name(refund.status));
}

}  // namespace souk::payment
