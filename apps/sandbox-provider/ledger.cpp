#include "ledger.hpp"

#include <unordered_map>

#include <fmt/format.h>

#include "security/token.hpp"

namespace souk::sandbox {
namespace {

using database::Query;

/// The ledger answers in milliseconds; a database that takes longer is down.
constexpr std::chrono::seconds kTimeLimit{5};

/// One batch at a time: so the charges' ids, which are the cursor of the list, are committed in
/// their order, and a reader that pages through the ledger misses none.
constexpr database::BatcherLimits kInsertLimits{.max_batch = 128, .max_in_flight = 1};

constexpr Query kInsert{"charge.insert", R"(
  INSERT INTO charges (id, idempotency_key, fingerprint, status, amount_minor, currency, reference,
                       captured_minor, decline_code, created_at, capture, return_url)
  SELECT id, key, fingerprint, status, amount, currency, reference,
         CASE status WHEN 'captured' THEN amount ELSE 0 END, decline_code, created_at, capture,
         return_url
  FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::bigint[], $6::text[], $7::text[],
              $8::text[], $9::timestamptz[], $10::bool[], $11::text[])
       AS new (id, key, fingerprint, status, amount, currency, reference, decline_code, created_at,
               capture, return_url)
  ON CONFLICT ON CONSTRAINT charges_one_per_key DO NOTHING
  RETURNING id)"};
constexpr Query kByKeys{"charge.by_keys",
                        "SELECT * FROM charges WHERE idempotency_key = ANY($1::text[])"};
constexpr Query kById{"charge.by_id", "SELECT * FROM charges WHERE id = $1"};
constexpr Query kLock{"charge.lock", "SELECT * FROM charges WHERE id = $1 FOR UPDATE"};
constexpr Query kList{"charge.list", R"(
  SELECT * FROM charges WHERE status IN ('authorized', 'captured', 'voided') AND id > $1
  ORDER BY id LIMIT $2)"};
constexpr Query kCapture{"charge.capture", R"(
  UPDATE charges SET status = 'captured', captured_minor = amount_minor
  WHERE id = $1 AND status = 'authorized' RETURNING *)"};
constexpr Query kVoid{"charge.void", R"(
  UPDATE charges SET status = 'voided' WHERE id = $1 AND status = 'authorized' RETURNING *)"};
constexpr Query kCancelNew{"charge.cancel_new", R"(
  INSERT INTO charges (id, idempotency_key, fingerprint, status, amount_minor, currency, reference,
                       captured_minor, created_at)
  VALUES ($1, $2, '', 'cancelled', 0, $3, '', 0, $4)
  ON CONFLICT ON CONSTRAINT charges_one_per_key DO NOTHING)"};
constexpr Query kCancelHeld{"charge.cancel_held", R"(
  UPDATE charges SET status = CASE status WHEN 'authorized' THEN 'voided' ELSE 'cancelled' END
  WHERE idempotency_key = $1 AND status IN ('authorized', 'requires_action'))"};
constexpr Query kApprove{"charge.approve", R"(
  UPDATE charges SET status = CASE WHEN capture THEN 'captured' ELSE 'authorized' END,
                     captured_minor = CASE WHEN capture THEN amount_minor ELSE 0 END
  WHERE id = $1 AND status = 'requires_action' RETURNING *)"};
constexpr Query kRefuse{"charge.refuse", R"(
  UPDATE charges SET status = 'declined', decline_code = 'authentication_failed'
  WHERE id = $1 AND status = 'requires_action' RETURNING *)"};

constexpr Query kInsertRefund{"refund.insert", R"(
  INSERT INTO refunds (id, idempotency_key, charge_id, amount_minor, created_at)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT ON CONSTRAINT refunds_one_per_key DO NOTHING
  RETURNING id, charge_id, amount_minor, created_at)"};
constexpr Query kRefundByKey{"refund.by_key", R"(
  SELECT id, charge_id, amount_minor, created_at FROM refunds WHERE idempotency_key = $1)"};
constexpr Query kAddRefund{"charge.add_refund",
                           "UPDATE charges SET refunded_minor = refunded_minor + $2 WHERE id = $1"};

Charge read_charge(const database::Row& row) {
  return {.id = row.get<ChargeId>("id"),
          .idempotency_key = row.get<std::string>("idempotency_key"),
          .status = charge_status(row.get<std::string>("status")),
          .amount = {row.get<std::int64_t>("amount_minor"),
                     Currency::from(row.get<std::string>("currency"))},
          .reference = row.get<std::string>("reference"),
          .captured_minor = row.get<std::int64_t>("captured_minor"),
          .refunded_minor = row.get<std::int64_t>("refunded_minor"),
          .decline_code = row.get<std::optional<std::string>>("decline_code").value_or(""),
          .created_at = row.get<Time>("created_at"),
          .capture = row.get<bool>("capture"),
          .return_url = row.get<std::optional<std::string>>("return_url").value_or("")};
}

Refund read_refund(const database::Row& row, Currency currency) {
  return {.id = row.get<RefundId>("id"),
          .charge_id = row.get<ChargeId>("charge_id"),
          .amount = {row.get<std::int64_t>("amount_minor"), currency},
          .created_at = row.get<Time>("created_at")};
}

/// What makes two requests the same: everything but the key. A digest, so that the token is not
/// kept.
database::Bytes fingerprint(const ChargeRequest& request) {
  const auto digest = security::token_digest(fmt::format(
      "{}\n{}\n{}\n{}\n{}", request.amount.amount_minor(), request.amount.currency().code(),
      request.token, request.capture, request.reference));
  return {digest.begin(), digest.end()};
}

ChargeStatus outcome(const ChargeRequest& request, const Verdict& verdict) {
  if (!verdict.decline_code.empty()) return ChargeStatus::declined;
  if (verdict.conduct == Conduct::ask_customer) return ChargeStatus::requires_action;
  return request.capture ? ChargeStatus::captured : ChargeStatus::authorized;
}

Error key_reused() {
  return {Kind::validation, "idempotency_key_reused",
          "This Idempotency-Key was used for another request."};
}

}  // namespace

std::vector<database::ConstraintRule> ledger_constraints() {
  return {{"charges_refunded_within_captured", Kind::conflict, "refund_exceeds_capture",
           "The refunds of a charge cannot exceed what was captured.", "amount"}};
}

Ledger::Ledger(boost::asio::any_io_executor loop, database::Database& database, const Clock& clock,
               IdGenerator& ids)
    : database_(database),
      clock_(clock),
      ids_(ids),
      inserts_(
          std::move(loop),
          [this](std::vector<NewCharge> batch) { return insert(std::move(batch)); },
          kInsertLimits) {}

database::Scope Ledger::scope() const {
  return {kDefaultTenant, std::chrono::steady_clock::now() + kTimeLimit};
}

Task<Charge> Ledger::record(ChargeRequest request, Verdict verdict) {
  NewCharge mine{.charge = {.id = ChargeId{ids_.next()},
                            .idempotency_key = request.idempotency_key,
                            .status = outcome(request, verdict),
                            .amount = request.amount,
                            .reference = request.reference,
                            .decline_code = std::string{verdict.decline_code},
                            .created_at = clock_.now(),
                            .capture = request.capture,
                            .return_url = request.return_url},
                 .fingerprint = fingerprint(request)};
  if (mine.charge.status == ChargeStatus::captured)
    mine.charge.captured_minor = request.amount.amount_minor();

  const auto kept = co_await inserts_.submit(mine, scope().deadline);
  if (kept.charge.status == ChargeStatus::cancelled) {
    throw Error{Kind::conflict, "key_cancelled",
                "This Idempotency-Key was cancelled; nothing was charged."};
  }
  if (kept.fingerprint != mine.fingerprint) throw key_reused();
  co_return kept.charge;
}

/// Gives back, for each, the charge that now stands under its key: this one or an earlier one.
Task<std::vector<Ledger::NewCharge>> Ledger::insert(std::vector<NewCharge> charges) {
  std::vector<ChargeId> ids;
  std::vector<std::string> keys, statuses, currencies, references;
  std::vector<database::Bytes> fingerprints;
  std::vector<std::int64_t> amounts;
  std::vector<std::optional<std::string>> decline_codes, return_urls;
  std::vector<Time> times;
  std::vector<bool> captures;
  for (const auto& [charge, print] : charges) {
    ids.push_back(charge.id);
    keys.push_back(charge.idempotency_key);
    fingerprints.push_back(print);
    statuses.emplace_back(name(charge.status));
    amounts.push_back(charge.amount.amount_minor());
    currencies.emplace_back(charge.amount.currency().code());
    references.push_back(charge.reference);
    decline_codes.push_back(charge.decline_code.empty() ? std::nullopt
                                                        : std::optional{charge.decline_code});
    times.push_back(charge.created_at);
    captures.push_back(charge.capture);
    return_urls.push_back(charge.return_url.empty() ? std::nullopt
                                                    : std::optional{charge.return_url});
  }
  const auto inserted =
      co_await database_.query(scope(), kInsert, ids, keys, fingerprints, statuses, amounts,
                               currencies, references, decline_codes, times, captures, return_urls);
  if (inserted.size() == charges.size()) co_return charges;

  std::unordered_map<std::string, NewCharge> present;
  const auto rows = co_await database_.query(scope(), kByKeys, keys);
  for (const auto& row : rows) {
    present.insert_or_assign(row.get<std::string>("idempotency_key"),
                             NewCharge{read_charge(row), row.get<database::Bytes>("fingerprint")});
  }
  for (auto& charge : charges) charge = present.at(charge.charge.idempotency_key);
  co_return charges;
}

Task<Charge> Ledger::get(ChargeId id) {
  const auto row = co_await database_.query_optional(scope(), kById, id);
  if (!row) throw not_found("charge");
  co_return read_charge(*row);
}

Task<std::optional<Charge>> Ledger::find(std::string idempotency_key) {
  const auto row =
      co_await database_.query_optional(scope(), kByKeys, std::vector{std::move(idempotency_key)});
  if (!row) co_return std::nullopt;
  co_return read_charge(*row);
}

Task<std::vector<Charge>> Ledger::list(std::optional<ChargeId> after, int limit) {
  const auto rows = co_await database_.query(scope(), kList, after.value_or(ChargeId{}), limit);
  std::vector<Charge> charges;
  for (const auto& row : rows) charges.push_back(read_charge(row));
  co_return charges;
}

Task<Charge> Ledger::decide(ChargeId id, bool approved) {
  const auto decided =
      co_await database_.query_optional(scope(), approved ? kApprove : kRefuse, id);
  if (decided) co_return read_charge(*decided);
  co_return co_await get(id);
}

Task<Charge> Ledger::capture(ChargeId id) {
  co_return co_await move(
      id, kCapture, ChargeStatus::captured,
      {Kind::conflict, "charge_not_authorized", "The charge is not waiting to be captured."});
}

Task<Charge> Ledger::void_authorization(ChargeId id) {
  co_return co_await move(
      id, kVoid, ChargeStatus::voided,
      {Kind::conflict, "charge_not_authorized", "The charge is not waiting to be captured."});
}

Task<Charge> Ledger::move(ChargeId id, const Query& update, ChargeStatus goal, Error refusal) {
  const auto moved = co_await database_.query_optional(scope(), update, id);
  if (moved) co_return read_charge(*moved);
  const auto charge = co_await get(id);
  if (charge.status != goal) throw refusal;
  co_return charge;
}

Task<Charge> Ledger::cancel(std::string idempotency_key) {
  const Currency of_nothing = Currency::from("USD");  // no charge, hence no currency: any will do
  co_return co_await database_.transact(scope(), [&](database::Transaction& tx) -> Task<Charge> {
    tx.queue(kCancelNew, ids_.next(), idempotency_key, of_nothing.code(), clock_.now());
    tx.queue(kCancelHeld, idempotency_key);
    co_return read_charge(co_await tx.query_one(kByKeys, std::vector{idempotency_key}));
  });
}

Task<Refund> Ledger::refund(ChargeId id, std::string idempotency_key, Money amount) {
  co_return co_await database_.transact(scope(), [&](database::Transaction& tx) -> Task<Refund> {
    const auto row = co_await tx.query_optional(kLock, id);
    if (!row) throw not_found("charge");
    const auto charge = read_charge(*row);
    if (charge.status != ChargeStatus::captured) {
      throw Error{Kind::conflict, "charge_not_captured", "Only a captured charge can be refunded."};
    }
    if (amount.currency() != charge.amount.currency()) {
      throw invalid_field("currency", "currency_mismatch",
                          "A refund has the currency of its charge.");
    }
    const auto made = co_await tx.query_optional(kInsertRefund, ids_.next(), idempotency_key, id,
                                                 amount.amount_minor(), clock_.now());
    if (made) {
      tx.queue(kAddRefund, id, amount.amount_minor());
      co_return read_refund(*made, amount.currency());
    }
    const auto earlier =
        read_refund(co_await tx.query_one(kRefundByKey, idempotency_key), amount.currency());
    if (earlier.charge_id != id || earlier.amount != amount) throw key_reused();
    co_return earlier;
  });
}

}  // namespace souk::sandbox
