#include "internal/repository/refund_repository.hpp"

namespace souk::order {
namespace {

using database::Query;
using database::Transaction;

constexpr Query kInsert{"refund.insert", R"(
  INSERT INTO refunds (id, order_id, amount, currency, reason, status, created_at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[],
                       $7::timestamptz[]))"};

constexpr Query kSucceed{
    "refund.succeed",
    "UPDATE refunds SET status = 'succeeded' WHERE id = $1 AND status = 'pending' RETURNING id"};

constexpr Query kFail{"refund.fail", R"(
  UPDATE refunds r SET status = 'failed'
  FROM (SELECT id, status FROM refunds WHERE id = $1 FOR UPDATE) AS before
  WHERE r.id = before.id AND before.status <> 'failed'
  RETURNING before.status)"};

constexpr Query kFindRefund{"refund.find", R"(
  SELECT id, order_id, tenant_id, amount, currency, reason, status, created_at
  FROM refunds WHERE id = $1)"};

// 128 times the lease at most.
constexpr Query kTakeDue{"refund.take_due", R"(
  UPDATE refunds r
  SET attempts = attempts + 1,
      due_at = now() + ($1::bigint << least(attempts, 7)) * interval '1 millisecond'
  FROM (SELECT id FROM refunds WHERE status = 'pending' AND due_at <= now()
        ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
  WHERE r.id = due.id
  RETURNING r.id, r.order_id, r.tenant_id, r.amount, r.currency, r.reason, r.status,
            r.created_at)"};

Refund refund_from_row(const database::Row& row) {
  return {
      .id = row.get<RefundId>("id"),
      .order = row.get<OrderId>("order_id"),
      .tenant = row.get<TenantId>("tenant_id"),
      .amount = {row.get<std::int64_t>("amount"), Currency::from(row.get<std::string>("currency"))},
      .reason = row.get<std::string>("reason"),
      .status = parse_refund_status(row.get<std::string>("status")),
      .created_at = row.get<Time>("created_at")};
}

}  // namespace

void RefundRepository::queue_insert(Transaction& tx, std::span<const Refund> refunds) {
  std::vector<RefundId> ids;
  std::vector<OrderId> orders;
  std::vector<std::int64_t> amounts;
  std::vector<std::string> currencies;
  std::vector<std::string> reasons;
  std::vector<std::string> statuses;
  std::vector<Time> created_at;
  for (const auto& refund : refunds) {
    ids.push_back(refund.id);
    orders.push_back(refund.order);
    amounts.push_back(refund.amount.amount_minor());
    currencies.emplace_back(refund.amount.currency().code());
    reasons.push_back(refund.reason);
    statuses.emplace_back(to_string(refund.status));
    created_at.push_back(refund.created_at);
  }
  tx.queue(kInsert, ids, orders, amounts, currencies, reasons, statuses, created_at);
}

Task<bool> RefundRepository::succeed(Transaction& tx, RefundId id) {
  const auto row = co_await tx.query_optional(kSucceed, id);
  co_return row.has_value();
}

Task<std::optional<RefundStatus>> RefundRepository::fail(Transaction& tx, RefundId id) {
  const auto row = co_await tx.query_optional(kFail, id);
  if (!row) co_return std::nullopt;
  co_return parse_refund_status(row->get<std::string>("status"));
}

Task<std::optional<Refund>> RefundRepository::find(database::Scope scope, RefundId id) {
  const auto row = co_await database_.query_optional(scope, kFindRefund, id);
  if (!row) co_return std::nullopt;
  co_return refund_from_row(*row);
}

Task<std::vector<Refund>> RefundRepository::take_due(database::Scope scope,
                                                     std::chrono::milliseconds lease, int limit) {
  const auto rows = co_await database_.query(scope, kTakeDue, lease.count(), limit);
  std::vector<Refund> due;
  for (const auto& row : rows) due.push_back(refund_from_row(row));
  co_return due;
}

}  // namespace souk::order
