#include "internal/repository/dispute_repository.hpp"

#include <unordered_set>

#include "internal/repository/ledger_repository.hpp"

namespace souk::payment {
namespace {

using database::Query;

constexpr Query kKeepDispute{"dispute.keep", R"(
  INSERT INTO disputes (provider, id, payment_id, status, reason, amount_minor, currency, changed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT ON CONSTRAINT disputes_pkey DO UPDATE
  SET status = excluded.status, reason = excluded.reason, amount_minor = excluded.amount_minor,
      currency = excluded.currency, changed_at = excluded.changed_at
  WHERE disputes.changed_at <= excluded.changed_at)"};

constexpr Query kMove{"dispute.move", R"(
  INSERT INTO dispute_movements (provider, dispute_id, payment_id, currency, booked_at, id,
                                 amount_minor, fee_minor)
  SELECT $1::text, $2::text, $3::uuid, $4::text, $5::timestamptz, m.*
  FROM unnest($6::text[], $7::bigint[], $8::bigint[]) AS m (id, amount, fee) ORDER BY m.id
  ON CONFLICT ON CONSTRAINT dispute_movements_once DO NOTHING
  RETURNING id)"};

constexpr Query kDisputesOf{"dispute.of_payments", R"(
  SELECT d.payment_id, d.id, d.status, d.reason, d.amount_minor, d.currency, d.changed_at,
         coalesce(sum(m.amount_minor), 0)::bigint AS withdrawn,
         coalesce(sum(m.fee_minor), 0)::bigint AS fee
  FROM disputes d
  LEFT JOIN dispute_movements m ON m.provider = d.provider AND m.dispute_id = d.id
  WHERE d.payment_id = ANY($1::uuid[])
  GROUP BY d.provider, d.id ORDER BY d.changed_at DESC, d.id)"};

constexpr Query kCost{"dispute.cost", R"(
  SELECT coalesce(sum(amount_minor), 0)::bigint AS withdrawn,
         coalesce(sum(fee_minor), 0)::bigint AS fee
  FROM dispute_movements WHERE provider = $1 AND dispute_id = $2)"};

DisputeCost read_cost(const database::Row& row) {
  return {.withdrawn_minor = row.get<std::int64_t>("withdrawn"),
          .fee_minor = row.get<std::int64_t>("fee")};
}

KnownDispute read_dispute(const database::Row& row) {
  return {.dispute = {.id = row.get<std::string>("id"),
                      .reference = {},
                      .amount = {row.get<std::int64_t>("amount_minor"),
                                 Currency::from(row.get<std::string>("currency"))},
                      .reason = row.get<std::string>("reason"),
                      .status = row.get<std::string>("status"),
                      .changed_at = row.get<Time>("changed_at")},
          .cost = read_cost(row)};
}

}  // namespace

Task<> DisputeRepository::keep(database::Transaction& tx, std::string provider, PaymentId payment,
                               Dispute dispute) {
  const auto currency = dispute.amount.currency();
  tx.queue(kKeepDispute, provider, dispute.id, payment, dispute.status, dispute.reason,
           dispute.amount.amount_minor(), currency.code(), dispute.changed_at);
  std::vector<std::string> ids;
  std::vector<std::int64_t> amounts, fees;
  for (const auto& movement : dispute.movements) {
    ids.push_back(movement.id);
    amounts.push_back(movement.amount_minor);
    fees.push_back(movement.fee_minor);
  }
  if (ids.empty()) co_return;
  const auto rows = co_await tx.query(kMove, provider, dispute.id, payment, currency.code(),
                                      clock_.now(), ids, amounts, fees);
  std::unordered_set<std::string> fresh;
  for (const auto& row : rows) fresh.insert(row.get<std::string>("id"));
  std::vector<LedgerEntry> entries;
  for (const auto& movement : dispute.movements) {
    if (fresh.contains(movement.id))
      entries.push_back(dispute_entry(dispute_source(provider, dispute.id, movement.id), payment,
                                      currency, movement));
  }
  queue_entries(tx, entries, clock_.now());
}

Task<std::unordered_map<PaymentId, std::vector<KnownDispute>>> DisputeRepository::of_payments(
    database::Scope scope, const std::vector<Payment>& payments) {
  std::vector<PaymentId> ids;
  for (const auto& payment : payments) ids.push_back(payment.id);
  std::unordered_map<PaymentId, std::vector<KnownDispute>> found;
  for (const auto& row : co_await database_.query(scope, kDisputesOf, ids)) {
    found[row.get<PaymentId>("payment_id")].push_back(read_dispute(row));
  }
  co_return found;
}

Task<DisputeCost> DisputeRepository::cost(database::Scope scope, std::string provider,
                                          std::string id) {
  co_return read_cost(co_await database_.query_one(scope, kCost, provider, id));
}

}  // namespace souk::payment
