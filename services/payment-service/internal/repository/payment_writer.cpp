#include "internal/repository/payment_writer.hpp"

#include <unordered_map>
#include <unordered_set>

#include "internal/repository/ledger_repository.hpp"
#include "internal/repository/payment_rows.hpp"

namespace souk::payment {
namespace {

using database::Query;

/// A batch answers for many callers, so it does not take one caller's deadline but this.
constexpr std::chrono::seconds kBatchTimeLimit{5};

/// Two at once: while one waits for the disk, the other gathers and runs.
constexpr database::BatcherLimits kLimits{.max_batch = 128, .max_in_flight = 1};

// Both statements take their rows in the order of the orders' ids, so that two batches never wait
// for each other crosswise.
constexpr Query kInsertBatch{"payment.insert_batch", R"(
  INSERT INTO payments (id, order_id, user_id, status, amount_minor, currency, captured_minor,
                        provider, token, next_check_at, created_at, updated_at, method)
  SELECT id, order_id, user_id, status, amount, currency, captured, provider, token,
         next_check_at, $11, $11, method
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::text[],
              $7::bigint[], $8::text[], $9::text[], $10::timestamptz[], $12::text[])
       AS new (id, order_id, user_id, status, amount, currency, captured, provider, token,
               next_check_at, method)
  ORDER BY order_id
  ON CONFLICT ON CONSTRAINT payments_one_per_order DO NOTHING
  RETURNING id)"};
constexpr Query kSettleBatch{"payment.settle_batch", R"(
  WITH due AS (
    SELECT p.id, new.status, new.reference, new.decline_code
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $6::int[],
                $7::text[], $8::bool[])
         AS new (id, status, reference, decline_code, attempts, provider, unprepared)
    JOIN payments p ON p.id = new.id AND p.status = 'pending'
                    AND p.attempts = coalesce(new.attempts, p.attempts)
                    AND p.provider = coalesce(new.provider, p.provider)
                    AND (NOT new.unprepared OR p.provider_reference IS NULL)
    ORDER BY p.order_id FOR UPDATE OF p)
  UPDATE payments p
  SET status = due.status, provider_reference = coalesce(due.reference, p.provider_reference),
      decline_code = due.decline_code,
      captured_minor = CASE due.status WHEN 'captured' THEN p.amount_minor ELSE 0 END,
      token = NULL, action_type = NULL, action_url = NULL, action_client_secret = NULL,
      next_check_at = NULL, updated_at = $5
  FROM due WHERE p.id = due.id AND p.status = 'pending'
  RETURNING p.*)"};
constexpr Query kReadBatch{"payment.by_ids", "SELECT * FROM payments WHERE id = ANY($1::uuid[])"};

std::optional<std::string> null_if_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

database::Scope batch_scope(TenantId tenant, const Trace& trace = {}) {
  return {tenant, std::chrono::steady_clock::now() + kBatchTimeLimit, trace};
}

}  // namespace

PaymentWriter::PaymentWriter(boost::asio::any_io_executor loop, database::Database& database,
                             const Clock& clock, OnSettled on_settled)
    : database_(database),
      clock_(clock),
      on_settled_(std::move(on_settled)),
      inserts_(
          loop,
          [this](TenantId tenant, auto batch) { return insert_all(tenant, std::move(batch)); },
          kLimits),
      settlements_(
          loop,
          [this](TenantId tenant, auto batch) { return settle_all(tenant, std::move(batch)); },
          kLimits) {}

Task<bool> PaymentWriter::insert(Payment intent, Time next_check_at,
                                 std::chrono::steady_clock::time_point deadline, Trace trace) {
  const auto tenant = intent.tenant;
  co_return co_await inserts_.submit(tenant, {std::move(intent), next_check_at, trace}, deadline);
}

Task<Payment> PaymentWriter::settle(TenantId tenant, PaymentId id, Outcome outcome,
                                    std::chrono::steady_clock::time_point deadline) {
  outcome.check();
  co_return co_await settlements_.submit(tenant, {id, std::move(outcome)}, deadline);
}

Task<std::vector<bool>> PaymentWriter::insert_all(TenantId tenant, std::vector<Intent> intents) {
  std::vector<PaymentId> ids;
  std::vector<OrderId> orders;
  std::vector<std::optional<UserId>> users;
  std::vector<std::string> statuses, currencies, providers, methods;
  std::vector<std::int64_t> amounts, captured;
  std::vector<std::optional<std::string>> tokens;
  std::vector<std::optional<Time>> checks;
  for (const auto& [payment, next_check_at, trace] : intents) {
    const bool pending = payment.status == PaymentStatus::pending;
    ids.push_back(payment.id);
    orders.push_back(payment.order_id);
    users.push_back(payment.user_id);
    statuses.emplace_back(name(payment.status));
    amounts.push_back(payment.amount.amount_minor());
    currencies.emplace_back(payment.amount.currency().code());
    captured.push_back(payment.captured_minor);
    providers.push_back(payment.provider);
    methods.push_back(payment.method);
    tokens.push_back(null_if_empty(payment.token));
    checks.push_back(pending ? std::optional{next_check_at} : std::nullopt);
  }
  const auto scope = batch_scope(tenant, trace_of_batch(intents, &Intent::trace));
  const auto rows = co_await database_.query(scope, kInsertBatch, ids, orders, users, statuses,
                                             amounts, currencies, captured, providers, tokens,
                                             checks, clock_.now(), methods);
  std::unordered_set<PaymentId> inserted;
  for (const auto& row : rows) inserted.insert(row.get<PaymentId>("id"));
  std::vector<bool> replies;
  for (const auto& id : ids) replies.push_back(inserted.contains(id));
  co_return replies;
}

Task<std::vector<Payment>> PaymentWriter::settle_all(TenantId tenant, std::vector<Result> results) {
  std::vector<PaymentId> ids;
  std::vector<std::string> statuses;
  std::vector<std::optional<std::string>> references, decline_codes, providers;
  std::vector<std::optional<int>> attempts;
  std::vector<bool> unprepared;
  for (const auto& [id, outcome] : results) {
    ids.push_back(id);
    statuses.emplace_back(name(outcome.status));
    references.push_back(null_if_empty(outcome.provider_reference));
    decline_codes.push_back(null_if_empty(outcome.decline_code));
    attempts.push_back(outcome.attempts);
    providers.push_back(null_if_empty(outcome.provider));
    unprepared.push_back(outcome.unprepared);
  }
  std::unordered_map<PaymentId, Payment> settled;
  const auto keep = [&](const database::Rows& rows) {
    for (const auto& row : rows)
      settled.insert_or_assign(row.get<PaymentId>("id"), read_payment(row));
  };
  co_await database_.transact(batch_scope(tenant), [&](database::Transaction& tx) -> Task<> {
    settled.clear();  // the transaction may run again
    keep(co_await tx.query(kSettleBatch, ids, statuses, references, decline_codes, clock_.now(),
                           attempts, providers, unprepared));
    std::vector<LedgerEntry> entries;
    std::vector<Payment> payments;
    for (const auto& [id, payment] : settled) {
      payments.push_back(payment);
      entries.push_back(capture_entry(payment));
    }
    on_settled_(tx, tenant, payments);
    queue_entries(tx, entries, clock_.now());
  });
  if (settled.size() < ids.size())
    keep(co_await database_.query(batch_scope(tenant), kReadBatch, ids));
  std::vector<Payment> replies;
  for (const auto& id : ids) replies.push_back(settled.at(id));
  co_return replies;
}

}  // namespace souk::payment
