#include "services/order-service/tests/simulated_order_store.hpp"

#include "internal/repository/cart_repository.hpp"
#include "internal/repository/checkout_repository.hpp"
#include "internal/repository/order_repository.hpp"
#include "internal/repository/refund_repository.hpp"
#include "internal/repository/shipping_repository.hpp"
#include "internal/service/checkout_saga.hpp"

/// The repositories of order-service on tables in memory: what their SQL says.
namespace souk::order {
namespace {

using database::Scope;
using database::Transaction;
using simulation::statement;
using simulation::kernel::now;

Books& books() { return simulation::store<Books>(); }

std::optional<Order> folded(OrderId id, int version) {
  const auto* stream = books().streams.find(id);
  if (stream == nullptr) return std::nullopt;
  const auto length = std::min(stream->size(), static_cast<std::size_t>(version));
  return fold(id, std::span{*stream}.first(length));
}

bool key_is_free(UserId user, const std::string& key) {
  return std::ranges::none_of(books().checkouts, [&](const auto& entry) {
    return entry.second.checkout.user == user && entry.second.key == key;
  });
}

/// The row, given to `owner` for so long.
Checkout taken_by(OrderId order, Uuid owner, std::chrono::steady_clock::duration lease) {
  books().checkouts.change(order, [&](auto& row) {
    row.checkout.owner = owner;
    row.attended = false;
    row.due_at = now() + lease;
  });
  const auto& row = *books().checkouts.find(order);
  auto checkout = row.checkout;
  checkout.waiting = row.waiting.has_value();
  checkout.overdue = row.act_before && *row.act_before <= now();
  return checkout;
}

[[noreturn]] void not_simulated() {
  throw std::logic_error{"a repository's method that the simulation does not have"};
}

}  // namespace

std::vector<simulation::OrderFact> Books::orders() const {
  std::vector<simulation::OrderFact> all;
  for (const auto& [id, stream] : streams) {
    const auto order = fold(id, stream);
    simulation::OrderFact fact{
        .id = id,
        .user = order.user,
        .key = {},
        .status = was_given_up(order) ? "given_up" : std::string{to_string(order.status)},
        .lines = {},
        .total = order.totals.total.amount_minor(),
        .refunded = order.refunded.amount_minor()};
    for (const auto& item : order.items) fact.lines[item.sku] += item.quantity;
    if (const auto* checkout = checkouts.find(id)) fact.key = checkout->key;
    all.push_back(std::move(fact));
  }
  return all;
}

std::size_t Books::open() const {
  const auto running = std::ranges::count_if(checkouts, [](const auto& entry) {
    return entry.second.checkout.step != CheckoutStep::done;
  });
  const auto owed = std::ranges::count_if(refunds, [](const auto& entry) {
    return entry.second.refund.status == RefundStatus::pending;
  });
  return static_cast<std::size_t>(running + owed);
}

// --- orders

void OrderRepository::queue_insert(Transaction&, std::span<const Order> orders,
                                   std::span<const std::vector<Event>> streams) {
  for (std::size_t i = 0; i < orders.size(); ++i) books().streams.put(orders[i].id, streams[i]);
}

Task<std::set<OrderId>> OrderRepository::append(Transaction&, std::span<const Appended> appended) {
  std::set<OrderId> advanced;
  for (const auto& [order, event] : appended) {
    const auto* stream = books().streams.find(order.id);
    if (stream == nullptr || static_cast<int>(stream->size()) != event.version - 1) continue;
    books().streams.change(order.id, [&](auto& events) { events.push_back(event); });
    advanced.insert(order.id);
  }
  co_return advanced;
}

Task<std::optional<Order>> OrderRepository::load_for_update(Transaction&, OrderId id) {
  co_return folded(id, kLatest);
}

Task<std::vector<Event>> OrderRepository::stream(Transaction&, OrderId id) {
  co_return *books().streams.find(id);
}

Task<std::optional<Order>> OrderRepository::load(Scope scope, OrderId id, int version) {
  return statement(database_, scope, [id, version] { return folded(id, version); });
}

Task<std::set<OrderId>> OrderRepository::insert(Transaction&, std::span<const Order>,
                                                std::span<const std::vector<Event>>) {
  not_simulated();
}
void OrderRepository::queue_projections(Transaction&, std::span<const Order>) { not_simulated(); }
Task<std::optional<Order>> OrderRepository::find(Scope scope, OrderId id) {
  return statement(database_, scope, [id] { return folded(id, kLatest); });
}
Task<std::vector<Order>> OrderRepository::list(Scope, OrderFilter) { not_simulated(); }
Task<std::vector<Order>> OrderRepository::find_imported(Scope, const std::vector<std::string>&) {
  not_simulated();
}
Task<std::vector<Event>> OrderRepository::events(Scope, OrderId) { not_simulated(); }

// --- checkouts

Task<std::set<OrderId>> CheckoutRepository::claim(Transaction&,
                                                  std::span<const NewCheckout> checkouts,
                                                  std::chrono::milliseconds lease,
                                                  std::optional<int>) {
  std::set<OrderId> claimed;
  for (const auto& [checkout, key, fingerprint] : checkouts) {
    if (!key_is_free(checkout.user, key)) continue;
    books().checkouts.put(
        checkout.order,
        {.checkout = checkout, .key = key, .fingerprint = fingerprint, .due_at = now() + lease});
    claimed.insert(checkout.order);
  }
  co_return claimed;
}

void CheckoutRepository::queue_step(Transaction&, std::span<const OrderId> orders,
                                    std::span<const CheckoutStep> steps) {
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (books().checkouts.find(orders[i]) == nullptr) continue;
    books().checkouts.change(orders[i], [&](auto& row) {
      row.checkout.step = steps[i];
      row.checkout.instrument.token.clear();
      row.waiting.reset();
    });
  }
}

Task<CheckoutRepository::Discarded> CheckoutRepository::discard(Transaction&,
                                                                const Checkout& checkout) {
  const auto* row = books().checkouts.find(checkout.order);
  if (row == nullptr || row->checkout.step != CheckoutStep::running) co_return Discarded::not_ours;
  if (row->checkout.owner != checkout.owner && !books().planted.fence_ignored)
    co_return Discarded::not_ours;
  if (!row->told) {
    books().checkouts.erase(checkout.order);
    co_return Discarded::forgotten;
  }
  books().checkouts.change(checkout.order, [](auto& found) {
    found.checkout.step = CheckoutStep::done;
    found.checkout.instrument.token.clear();
  });
  co_return Discarded::kept;
}

Task<std::optional<KnownKey>> CheckoutRepository::find_key(Scope scope, UserId user,
                                                           const std::string& key) {
  co_return co_await statement(database_, scope, [&]() -> std::optional<KnownKey> {
    for (const auto& [order, row] : books().checkouts) {
      if (row.checkout.user != user || row.key != key) continue;
      return KnownKey{.order = order,
                      .fingerprint = row.fingerprint,
                      .step = row.checkout.step,
                      .attended = row.attended && row.due_at > now()};
    }
    return std::nullopt;
  });
}

Task<> CheckoutRepository::finish(Scope scope, OrderId order) {
  return statement(database_, scope, [order] {
    const auto* row = books().checkouts.find(order);
    if (row == nullptr || row->checkout.step != CheckoutStep::releasing) return;
    books().checkouts.change(order, [](auto& found) { found.checkout.step = CheckoutStep::done; });
  });
}

Task<bool> CheckoutRepository::hand_over(Scope scope, const Checkout& checkout,
                                         std::chrono::milliseconds delay) {
  return statement(database_, scope, [order = checkout.order, owner = checkout.owner, delay] {
    const auto* row = books().checkouts.find(order);
    if (row == nullptr || row->checkout.step == CheckoutStep::done) return false;
    books().checkouts.change(order, [&](auto& found) {
      found.told = true;
      if (found.checkout.owner != owner) return;
      found.attended = false;
      found.due_at = now() + delay;
    });
    return true;
  });
}

Task<bool> CheckoutRepository::tell(Scope scope, OrderId order) {
  return statement(database_, scope, [order] {
    if (books().checkouts.find(order) == nullptr) return false;
    books().checkouts.change(order, [](auto& found) { found.told = true; });
    return true;
  });
}

Task<> CheckoutRepository::await_customer(Scope scope, OrderId order,
                                          const std::optional<WaitingPayment>& waiting,
                                          std::chrono::milliseconds patience) {
  return statement(database_, scope, [order, waiting, patience] {
    const auto* row = books().checkouts.find(order);
    if (row == nullptr || row->checkout.step != CheckoutStep::running) return;
    books().checkouts.change(order, [&](auto& found) {
      found.waiting = waiting;
      found.told = found.told || waiting;
      if (waiting && !found.act_before) found.act_before = now() + patience;
    });
  });
}

Task<std::optional<WaitingPayment>> CheckoutRepository::waiting(Scope scope, OrderId order) {
  return statement(database_, scope, [order]() -> std::optional<WaitingPayment> {
    const auto* row = books().checkouts.find(order);
    return row ? row->waiting : std::nullopt;
  });
}

Task<std::optional<Checkout>> CheckoutRepository::take(Scope scope, OrderId order, Uuid owner,
                                                       std::chrono::milliseconds lease) {
  return statement(database_, scope, [order, owner, lease]() -> std::optional<Checkout> {
    const auto* row = books().checkouts.find(order);
    if (row == nullptr || row->checkout.step == CheckoutStep::done) return std::nullopt;
    if (row->attended && row->due_at > now()) return std::nullopt;
    return taken_by(order, owner, lease);
  });
}

void CheckoutRepository::queue_wake(Transaction&, OrderId order) {
  const auto* row = books().checkouts.find(order);
  if (row == nullptr || row->attended || row->checkout.step == CheckoutStep::done) return;
  books().checkouts.change(order, [](auto& found) { found.due_at = now(); });
}

Task<std::vector<Checkout>> CheckoutRepository::take_over(Scope scope, Uuid owner,
                                                          std::vector<OrderId> except,
                                                          std::chrono::milliseconds lease,
                                                          int limit) {
  co_return co_await statement(database_, scope, [&] {
    std::vector<OrderId> due;
    for (const auto& [order, row] : books().checkouts) {
      const bool busy = std::ranges::find(except, order) != except.end();
      const bool leased = row.due_at > now() && !books().planted.lease_ignored;
      if (row.checkout.step != CheckoutStep::done && !leased && !busy) due.push_back(order);
    }
    if (due.size() > static_cast<std::size_t>(limit)) due.resize(static_cast<std::size_t>(limit));
    std::vector<Checkout> taken;
    for (const auto& order : due) {
      const auto& row = *books().checkouts.find(order);
      std::chrono::steady_clock::duration longer = lease * (1 << std::min(row.attempts, 6));
      if (row.act_before && *row.act_before > now())
        longer = std::min(longer, *row.act_before - now());
      taken.push_back(taken_by(order, owner, longer));
      books().checkouts.change(order, [](auto& found) { ++found.attempts; });
    }
    return taken;
  });
}

Task<std::size_t> CheckoutRepository::forget(Scope, OrderId) { not_simulated(); }

// --- refunds

void RefundRepository::queue_insert(Transaction&, std::span<const Refund> refunds) {
  for (const auto& refund : refunds)
    books().refunds.put(refund.id, {.refund = refund, .due_at = now()});
}

Task<bool> RefundRepository::succeed(Transaction&, RefundId id) {
  if (books().refunds.find(id)->refund.status != RefundStatus::pending) co_return false;
  books().refunds.change(id, [](auto& row) { row.refund.status = RefundStatus::succeeded; });
  co_return true;
}

Task<std::optional<RefundStatus>> RefundRepository::fail(Transaction&, RefundId id) {
  const auto* row = books().refunds.find(id);
  if (row == nullptr || row->refund.status == RefundStatus::failed) co_return std::nullopt;
  const auto before = row->refund.status;
  books().refunds.change(id, [](auto& found) { found.refund.status = RefundStatus::failed; });
  co_return before;
}

Task<std::optional<Refund>> RefundRepository::find(Scope scope, RefundId id) {
  return statement(database_, scope, [id] {
    const auto* row = books().refunds.find(id);
    return row ? std::optional{row->refund} : std::nullopt;
  });
}

Task<std::vector<Refund>> RefundRepository::take_due(Scope scope, std::chrono::milliseconds lease,
                                                     int limit) {
  return statement(database_, scope, [lease, limit] {
    std::vector<RefundId> due;
    for (const auto& [id, row] : books().refunds) {
      if (row.refund.status == RefundStatus::pending && row.due_at <= now() &&
          due.size() < static_cast<std::size_t>(limit))
        due.push_back(id);
    }
    std::vector<Refund> taken;
    for (const auto& id : due) {
      books().refunds.change(id, [&](auto& row) {
        row.due_at = now() + lease * (1 << std::min(row.attempts, 7));
        ++row.attempts;
      });
      taken.push_back(books().refunds.find(id)->refund);
    }
    return taken;
  });
}

// --- shipping methods: this shop has none

Task<std::map<TenantId, std::vector<ShippingMethod>>> ShippingRepository::all(Scope) {
  not_simulated();
}
Task<std::int64_t> ShippingRepository::count_for_insert(Transaction&) { not_simulated(); }
void ShippingRepository::queue_insert(Transaction&, const ShippingMethod&) { not_simulated(); }
Task<std::optional<ShippingMethod>> ShippingRepository::update(Scope, const ShippingMethod&) {
  not_simulated();
}
Task<bool> ShippingRepository::remove(Scope, const std::string&) { not_simulated(); }

// --- carts: nobody has one here

Task<Cart> CartRepository::find(Scope, UserId) { not_simulated(); }
void CartRepository::queue_touch(Transaction&, UserId, Time) { not_simulated(); }
void CartRepository::queue_put(Transaction&, UserId, std::span<const CartLine>,
                               std::span<const Uuid>, bool) {
  not_simulated();
}
void CartRepository::queue_remove(Transaction&, UserId, const std::string&) { not_simulated(); }
Task<Cart> CartRepository::load(Transaction&, UserId) { not_simulated(); }
void CartRepository::queue_bought(Transaction&, std::span<const Order>) {}
Task<std::size_t> CartRepository::forget(Scope, Time) { not_simulated(); }

}  // namespace souk::order
