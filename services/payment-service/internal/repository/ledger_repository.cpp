#include "internal/repository/ledger_repository.hpp"

#include "core/failpoint.hpp"

namespace souk::payment {
namespace {

using database::Query;

constexpr Query kWrite{"ledger.write", R"(
  INSERT INTO ledger_postings (kind, source_id, account, payment_id, amount_minor, currency, at)
  SELECT *, $7 FROM unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::text[]))"};

constexpr Query kBalances{"ledger.balances", R"(
  SELECT currency, account, sum(amount_minor)::bigint AS balance, count(*) AS postings
  FROM ledger_postings GROUP BY currency, account ORDER BY currency, account)"};

constexpr Query kFees{"ledger.fees_of", R"(
  SELECT coalesce(sum(amount_minor), 0)::bigint AS fees FROM ledger_postings
  WHERE payment_id = $1 AND account = 'fees' AND kind = 'fee')"};

constexpr Query kFeesOfMany{"ledger.fees_of_many", R"(
  SELECT payment_id, sum(amount_minor)::bigint AS fees FROM ledger_postings
  WHERE payment_id = ANY($1::uuid[]) AND account = 'fees' AND kind = 'fee' GROUP BY payment_id)"};

// One statement sees one moment, and what it compares was written in one commit: nothing that is
// just happening looks wrong.
constexpr Query kProblems{"ledger.problems", R"(
  WITH booked AS (
    SELECT payment_id,
           coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0) AS captured,
           coalesce(-sum(amount_minor) FILTER (WHERE kind IN ('refund', 'refund_failed')), 0)
             AS refunded,
           coalesce(-sum(amount_minor) FILTER (WHERE kind IN ('dispute', 'dispute_won')), 0)
             AS disputed
    FROM ledger_postings WHERE account = 'provider' GROUP BY payment_id),
  documented AS (
    SELECT source_id, abs(sum(amount_minor)) AS amount FROM ledger_postings
    WHERE kind IN ('invoice', 'credit_note') AND account = 'customer' GROUP BY source_id)
  SELECT 'unbalanced' AS problem, source_id AS id,
         format('the %s is off by %s', kind, sum(amount_minor)) AS detail
  FROM ledger_postings GROUP BY kind, source_id HAVING sum(amount_minor) <> 0
  UNION ALL
  SELECT 'payment', coalesce(p.id, b.payment_id),
         format('captured %s and refunded %s, the books say %s and %s', coalesce(p.captured_minor, 0),
                coalesce(p.refunded_minor, 0), coalesce(b.captured, 0), coalesce(b.refunded, 0))
  FROM (SELECT * FROM payments WHERE provider <> 'imported') p
  FULL JOIN booked b ON b.payment_id = p.id
  WHERE coalesce(p.captured_minor, 0) <> coalesce(b.captured, 0)
     OR coalesce(p.refunded_minor, 0) <> coalesce(b.refunded, 0)
  UNION ALL
  SELECT 'dispute', coalesce(m.payment_id, b.payment_id),
         format('%s were taken for disputes, the books say %s', coalesce(m.disputed, 0),
                coalesce(b.disputed, 0))
  FROM (SELECT payment_id, sum(amount_minor + fee_minor) AS disputed FROM dispute_movements
        GROUP BY payment_id) m
  FULL JOIN booked b ON b.payment_id = m.payment_id
  WHERE coalesce(m.disputed, 0) <> coalesce(b.disputed, 0)
  UNION ALL
  SELECT 'document', coalesce(d.id, b.source_id),
         format('of %s, the books say %s', coalesce(d.total_minor, 0), coalesce(b.amount, 0))
  FROM billing_documents d FULL JOIN documented b ON b.source_id = d.id
  WHERE coalesce(d.total_minor, 0) <> coalesce(b.amount, 0)
  LIMIT $1)"};

}  // namespace

void queue_entries(database::Transaction& tx, std::span<const LedgerEntry> entries, Time at) {
  if (failpoint::planted("payment.no_ledger")) return;
  std::vector<std::string> kinds, accounts, currencies;
  std::vector<Uuid> sources;
  std::vector<PaymentId> payments;
  std::vector<std::int64_t> amounts;
  for (const auto& entry : entries) {
    for (const auto& posting : entry.postings) {
      kinds.emplace_back(entry.kind);
      sources.push_back(entry.source);
      accounts.emplace_back(name(posting.account));
      payments.push_back(entry.payment);
      amounts.push_back(posting.amount_minor);
      currencies.emplace_back(entry.currency.code());
    }
  }
  if (kinds.empty()) return;
  tx.queue(kWrite, kinds, sources, accounts, payments, amounts, currencies, at);
}

Task<std::vector<AccountBalance>> LedgerRepository::balances(database::Scope scope) {
  std::vector<AccountBalance> balances;
  for (const auto& row : co_await database_.query(scope, kBalances)) {
    balances.push_back({.currency = row.get<std::string>("currency"),
                        .account = row.get<std::string>("account"),
                        .balance_minor = row.get<std::int64_t>("balance"),
                        .postings = row.get<std::int64_t>("postings")});
  }
  co_return balances;
}

Task<std::vector<LedgerProblem>> LedgerRepository::problems(database::Scope scope, int limit) {
  std::vector<LedgerProblem> problems;
  for (const auto& row : co_await database_.query(scope, kProblems, limit)) {
    problems.push_back({.kind = row.get<std::string>("problem"),
                        .id = row.get<std::string>("id"),
                        .detail = row.get<std::string>("detail")});
  }
  co_return problems;
}

Task<std::unordered_map<PaymentId, std::int64_t>> LedgerRepository::fees_of(
    database::Scope scope, std::vector<PaymentId> payments) {
  std::unordered_map<PaymentId, std::int64_t> fees;
  for (const auto& row : co_await database_.query(scope, kFeesOfMany, payments))
    fees.emplace(row.get<PaymentId>("payment_id"), row.get<std::int64_t>("fees"));
  co_return fees;
}

Task<std::int64_t> LedgerRepository::fees_of(database::Transaction& tx, PaymentId payment) {
  const auto row = co_await tx.query_one(kFees, payment);
  co_return row.get<std::int64_t>("fees");
}

}  // namespace souk::payment
