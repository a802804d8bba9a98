#include "internal/repository/checkout_repository.hpp"

namespace souk::order {
namespace {

using database::Query;
using database::Transaction;

constexpr Query kClaim{"checkout.claim", R"(
  INSERT INTO checkouts (order_id, user_id, idempotency_key, fingerprint, payment_method,
                         payment_token, owner, due_at)
  SELECT w.order_id, w.user_id, w.idempotency_key, w.fingerprint, w.method, w.token, w.owner,
         now() + $8::bigint * interval '1 millisecond'
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[])
    AS w(order_id, user_id, idempotency_key, fingerprint, method, token, owner)
  WHERE $9::int IS NULL
     OR (SELECT count(*) FROM checkouts c WHERE c.user_id = w.user_id AND c.step <> 'done') < $9
  ON CONFLICT (tenant_id, user_id, idempotency_key) DO NOTHING
  RETURNING order_id)"};

constexpr Query kStep{"checkout.step", R"(
  UPDATE checkouts c
  SET step = n.step, payment_token = NULL, action_payment_id = NULL, action_provider = NULL,
      action_type = NULL, action_url = NULL, action_client_secret = NULL
  FROM unnest($1::uuid[], $2::text[]) AS n(order_id, step)
  WHERE c.order_id = n.order_id)"};

constexpr Query kDiscard{"checkout.discard", R"(
  DELETE FROM checkouts WHERE order_id = $1 AND owner = $2 AND step = 'running' AND NOT told
  RETURNING order_id)"};

constexpr Query kGiveUp{"checkout.give_up", R"(
  UPDATE checkouts SET step = 'done', payment_token = NULL
  WHERE order_id = $1 AND owner = $2 AND step = 'running' AND told
  RETURNING order_id)"};

constexpr Query kTell{"checkout.tell",
                      "UPDATE checkouts SET told = true WHERE order_id = $1 RETURNING order_id"};

constexpr Query kFindKey{"checkout.find_key", R"(
  SELECT order_id, fingerprint, step, attended AND due_at > now() AS attended
  FROM checkouts WHERE user_id = $1 AND idempotency_key = $2)"};

constexpr Query kFinish{
    "checkout.finish",
    "UPDATE checkouts SET step = 'done' WHERE order_id = $1 AND step = 'releasing'"};

constexpr Query kHandOver{"checkout.hand_over", R"(
  UPDATE checkouts
  SET told = true, attended = attended AND owner <> $2,
      due_at = CASE owner WHEN $2 THEN now() + $3::bigint * interval '1 millisecond' ELSE due_at END
  WHERE order_id = $1 AND step <> 'done'
  RETURNING order_id)"};

constexpr Query kWake{
    "checkout.wake",
    "UPDATE checkouts SET due_at = now() WHERE order_id = $1 AND step <> 'done' AND NOT attended"};

// The time to act begins once, however often the checkout is told that it waits.
constexpr Query kAwaitCustomer{"checkout.await_customer", R"(
  UPDATE checkouts
  SET action_payment_id = $2, action_provider = $3, action_type = $4, action_url = $5,
      action_client_secret = $6, told = true,
      act_before = coalesce(act_before, now() + $7::bigint * interval '1 millisecond')
  WHERE order_id = $1 AND step = 'running')"};

constexpr Query kNoAction{"checkout.no_action", R"(
  UPDATE checkouts
  SET action_payment_id = NULL, action_provider = NULL, action_type = NULL, action_url = NULL,
      action_client_secret = NULL
  WHERE order_id = $1 AND step = 'running')"};

constexpr Query kWaiting{"checkout.waiting", R"(
  SELECT action_payment_id, action_provider, action_type, action_url, action_client_secret
  FROM checkouts WHERE order_id = $1 AND action_type IS NOT NULL)"};

constexpr Query kTake{"checkout.take", R"(
  UPDATE checkouts c
  SET owner = $2, attended = false, due_at = now() + $3::bigint * interval '1 millisecond'
  WHERE order_id = $1 AND step <> 'done' AND NOT (attended AND due_at > now())
  RETURNING c.order_id, c.tenant_id, c.user_id, c.owner, c.step, c.payment_method,
            c.payment_token, c.action_type IS NOT NULL AS waiting,
            coalesce(c.act_before <= now(), false) AS overdue)"};

// The lease doubles with each attempt, up to 64 times its length: what waits for a broken neighbour
// asks ever less often, and still by itself. It ends when the customer's time is over.
constexpr Query kTakeOver{"checkout.take_over", R"(
  UPDATE checkouts c
  SET owner = $1, attended = false, attempts = attempts + 1,
      due_at = CASE
        WHEN act_before > now()
        THEN least(now() + ($3::bigint << least(attempts, 6)) * interval '1 millisecond', act_before)
        ELSE now() + ($3::bigint << least(attempts, 6)) * interval '1 millisecond' END
  FROM (SELECT order_id FROM checkouts
        WHERE step <> 'done' AND due_at <= now() AND order_id <> ALL($2::uuid[])
        ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED) AS due
  WHERE c.order_id = due.order_id
  RETURNING c.order_id, c.tenant_id, c.user_id, c.owner, c.step, c.payment_method,
            c.payment_token, c.action_type IS NOT NULL AS waiting,
            coalesce(c.act_before <= now(), false) AS overdue)"};

constexpr Query kForget{"checkout.forget",
                        "DELETE FROM checkouts WHERE order_id < $1 AND step = 'done'"};

Checkout checkout_from_row(const database::Row& row) {
  return {
      .order = row.get<OrderId>("order_id"),
      .tenant = row.get<TenantId>("tenant_id"),
      .user = row.get<UserId>("user_id"),
      .owner = row.get<Uuid>("owner"),
      .step = parse_checkout_step(row.get<std::string>("step")),
      .instrument = {.method = row.get<std::string>("payment_method"),
                     .token = row.get<std::optional<std::string>>("payment_token").value_or("")},
      .waiting = row.get<bool>("waiting"),
      .overdue = row.get<bool>("overdue")};
}

std::optional<std::string> null_if_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

}  // namespace

Task<std::set<OrderId>> CheckoutRepository::claim(Transaction& tx,
                                                  std::span<const NewCheckout> checkouts,
                                                  std::chrono::milliseconds lease,
                                                  std::optional<int> cap) {
  std::vector<OrderId> orders;
  std::vector<UserId> users;
  std::vector<std::string> keys;
  std::vector<std::string> fingerprints;
  std::vector<std::string> methods;
  std::vector<std::string> tokens;
  std::vector<Uuid> owners;
  for (const auto& [checkout, key, fingerprint] : checkouts) {
    orders.push_back(checkout.order);
    users.push_back(checkout.user);
    keys.push_back(key);
    fingerprints.push_back(fingerprint);
    methods.push_back(checkout.instrument.method);
    tokens.push_back(checkout.instrument.token);
    owners.push_back(checkout.owner);
  }
  const auto rows = co_await tx.query(kClaim, orders, users, keys, fingerprints, methods, tokens,
                                      owners, lease.count(), cap);
  std::set<OrderId> claimed;
  for (const auto& row : rows) claimed.insert(row.get<OrderId>("order_id"));
  co_return claimed;
}

void CheckoutRepository::queue_step(Transaction& tx, std::span<const OrderId> orders,
                                    std::span<const CheckoutStep> steps) {
  std::vector<std::string> words;
  for (const auto step : steps) words.emplace_back(to_string(step));
  tx.queue(kStep, std::vector<OrderId>{orders.begin(), orders.end()}, words);
}

Task<CheckoutRepository::Discarded> CheckoutRepository::discard(Transaction& tx,
                                                                const Checkout& checkout) {
  const auto gone = co_await tx.query_optional(kDiscard, checkout.order, checkout.owner);
  if (gone) co_return Discarded::forgotten;
  const auto given_up = co_await tx.query_optional(kGiveUp, checkout.order, checkout.owner);
  co_return given_up ? Discarded::kept : Discarded::not_ours;
}

Task<std::optional<KnownKey>> CheckoutRepository::find_key(database::Scope scope, UserId user,
                                                           const std::string& key) {
  const auto row = co_await database_.query_optional(scope, kFindKey, user, key);
  if (!row) co_return std::nullopt;
  co_return KnownKey{.order = row->get<OrderId>("order_id"),
                     .fingerprint = row->get<std::string>("fingerprint"),
                     .step = parse_checkout_step(row->get<std::string>("step")),
                     .attended = row->get<bool>("attended")};
}

Task<> CheckoutRepository::finish(database::Scope scope, OrderId order) {
  co_await database_.query(scope, kFinish, order);
}

Task<bool> CheckoutRepository::hand_over(database::Scope scope, const Checkout& checkout,
                                         std::chrono::milliseconds delay) {
  const auto row = co_await database_.query_optional(scope, kHandOver, checkout.order,
                                                     checkout.owner, delay.count());
  co_return row.has_value();
}

Task<bool> CheckoutRepository::tell(database::Scope scope, OrderId order) {
  const auto row = co_await database_.query_optional(scope, kTell, order);
  co_return row.has_value();
}

Task<> CheckoutRepository::await_customer(database::Scope scope, OrderId order,
                                          const std::optional<WaitingPayment>& waiting,
                                          std::chrono::milliseconds patience) {
  if (!waiting) {
    co_await database_.query(scope, kNoAction, order);
    co_return;
  }
  const auto& [id, provider, action] = *waiting;
  co_await database_.query(scope, kAwaitCustomer, order, id, provider, action.type,
                           null_if_empty(action.url), null_if_empty(action.client_secret),
                           patience.count());
}

Task<std::optional<WaitingPayment>> CheckoutRepository::waiting(database::Scope scope,
                                                                OrderId order) {
  const auto row = co_await database_.query_optional(scope, kWaiting, order);
  if (!row) co_return std::nullopt;
  const auto text = [&](std::string_view column) {
    return row->get<std::optional<std::string>>(column).value_or("");
  };
  co_return WaitingPayment{
      .id = text("action_payment_id"),
      .provider = text("action_provider"),
      .action = {text("action_type"), text("action_url"), text("action_client_secret")}};
}

Task<std::optional<Checkout>> CheckoutRepository::take(database::Scope scope, OrderId order,
                                                       Uuid owner,
                                                       std::chrono::milliseconds lease) {
  const auto row = co_await database_.query_optional(scope, kTake, order, owner, lease.count());
  co_return row ? std::optional{checkout_from_row(*row)} : std::nullopt;
}

void CheckoutRepository::queue_wake(Transaction& tx, OrderId order) { tx.queue(kWake, order); }

Task<std::vector<Checkout>> CheckoutRepository::take_over(database::Scope scope, Uuid owner,
                                                          std::vector<OrderId> except,
                                                          std::chrono::milliseconds lease,
                                                          int limit) {
  const auto rows = co_await database_.query(scope, kTakeOver, owner, except, lease.count(), limit);
  std::vector<Checkout> taken;
  for (const auto& row : rows) taken.push_back(checkout_from_row(row));
  co_return taken;
}

Task<std::size_t> CheckoutRepository::forget(database::Scope scope, OrderId before) {
  co_return (co_await database_.query(scope, kForget, before)).affected();
}

}  // namespace souk::order
