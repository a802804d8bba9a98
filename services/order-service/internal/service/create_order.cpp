#include "internal/service/create_order.hpp"

#include "core/failpoint.hpp"
#include "internal/models/decisions.hpp"
#include "internal/models/order_number.hpp"
#include "internal/service/order_access.hpp"

namespace souk::order {
namespace {

using Steady = std::chrono::steady_clock;

/// The outcome of a payment is the second event of a stream, always.
constexpr int kOutcomeVersion = 2;

/// What it takes to write the outcome down and answer once the waiting is over.
constexpr std::chrono::milliseconds kAnswerTime{500};

Error payment_declined(const Order& order) {
  const bool given_back = order.payment->decline_code == "amount_mismatch";
  Error error{Kind::payment_required, "payment_declined",
              given_back ? "The payment went wrong; what was taken has been given back."
                         : "The payment was declined; nothing was charged."};
  error.extra["order_id"] = order.id.str();
  error.extra["decline_code"] = order.payment->decline_code;
  return error;
}

Error too_many_open_orders() {
  Error error{Kind::rate_limited, "too_many_open_orders",
              "Too many of this account's orders are still being settled."};
  error.retry_after = std::chrono::seconds{5};
  return error;
}

std::optional<Error> changed_price(const NewOrder& wish, const PricedCart& cart) {
  if (!wish.expected_total || *wish.expected_total == cart.totals.total) return std::nullopt;
  return Error{Kind::conflict, "price_changed",
               "The price has changed to " + cart.totals.total.str() + "; nothing was ordered."};
}

}  // namespace

Task<Order> CreateOrder::run(rpc::Call& call, NewOrder wish) {
  call.identity.require_user();
  if (call.idempotency_key.empty()) {
    throw Error{Kind::malformed, "idempotency_key_required",
                "This request needs an Idempotency-Key."};
  }
  const auto lines = merge_lines(wish.lines);
  auto cart = co_await price(call, wish, lines);
  if (!cart) {
    // The key may have led to an order before the catalogue changed: then that is the answer.
    if (auto order = co_await replay(call, wish.fingerprint)) co_return std::move(*order);
    throw cart.error();
  }
  // Twice: the key may have been given back between the two looks at it, the number may be taken.
  for (int look = 0; look < 2; ++look) {
    if (auto placed = co_await place(call, wish, lines, *cart)) {
      co_return co_await drive(call, std::move(*placed));
    }
    if (auto order = co_await replay(call, wish.fingerprint)) co_return std::move(*order);
  }
  throw too_many_open_orders();
}

Task<Result<PricedCart>> CreateOrder::price(const rpc::Call& call, const NewOrder& wish,
                                            const std::vector<CartLine>& lines) {
  std::vector<std::string> skus;
  for (const auto& line : lines) skus.push_back(line.sku);
  try {
    auto cart = price_cart(lines, co_await parts_.products.quote(call, std::move(skus)));
    if (!cart) co_return cart;
    const auto& country = wish.shipping_address.country;
    const auto methods = parts_.shipping.in_force(call.identity.tenant);
    const auto shipped = add_shipping(*cart, *methods, country, wish.shipping_method);
    if (!shipped) co_return std::unexpected{shipped.error()};
    add_tax(*cart, taxes_, country);
    if (auto changed = changed_price(wish, *cart)) co_return std::unexpected{std::move(*changed)};
    co_return cart;
  } catch (const Error& error) {
    co_return std::unexpected{error};
  }
}

Task<std::optional<CheckoutRun>> CreateOrder::place(const rpc::Call& call, const NewOrder& wish,
                                                    const std::vector<CartLine>& lines,
                                                    const PricedCart& cart) {
  const auto now = parts_.clock.now();
  const auto event = souk::order::place({.user = call.identity.require_user(),
                                         .number = make_order_number(now, parts_.random),
                                         .items = cart.items,
                                         .totals = cart.totals,
                                         .shipping_address = wish.shipping_address,
                                         .external_id = std::nullopt,
                                         .shipping = cart.shipping},
                                        now);
  const std::vector<Event> stream{event};
  CheckoutRun run{.checkout = {}, .order = fold(OrderId{parts_.ids.next()}, stream)};
  run.checkout = {.order = run.order.id,
                  .tenant = call.identity.tenant,
                  .user = run.order.user,
                  .owner = parts_.ids.next(),
                  .instrument = wish.instrument};
  for (const auto& line : lines) run.positions.push_back(line.position);
  auto key = call.idempotency_key;
  if (failpoint::planted("order.key_ignored")) key = run.order.id.str();
  try {
    const bool placed =
        co_await parts_.writer.place(call, {run.checkout, key, wish.fingerprint}, run.order, event);
    if (placed) co_return run;
  } catch (const Error& error) {
    if (error.code != "order_number_taken") throw;  // rarer than lightning: the next one is free
  }
  co_return std::nullopt;
}

Task<std::optional<Order>> CreateOrder::replay(rpc::Call& call, const std::string& fingerprint) {
  const auto known = co_await parts_.checkouts.find_key(call.scope(), call.identity.require_user(),
                                                        call.idempotency_key);
  if (!known) co_return std::nullopt;
  if (known->fingerprint != fingerprint) {
    throw Error{Kind::validation, "idempotency_key_reused",
                "This Idempotency-Key was used with another request."};
  }
  if (known->step == CheckoutStep::running && known->attended) {
    throw Error{Kind::conflict, "idempotency_in_progress",
                "The first request with this Idempotency-Key is still running."};
  }
  // As it was when its payment had been settled: the first reply, word for word.
  auto order = co_await parts_.orders.load(call.scope(), known->order, kOutcomeVersion);
  if (order.value().status == Status::rejected) co_return std::nullopt;  // the key was freed now
  if (order->status == Status::pending && !co_await parts_.checkouts.tell(call.scope(), order->id))
    co_return std::nullopt;  // likewise
  CheckoutRun run{.checkout = {}, .order = std::move(order.value())};
  call.reply.replayed = run.order.status != Status::pending;
  co_return co_await answer(call, std::move(run));
}

Task<Order> CreateOrder::resume(rpc::Call& call, OrderId id) {
  auto order = visible(co_await parts_.orders.find(call.scope(), id), call.identity);
  if (order.status == Status::pending) {
    co_await parts_.payments.look_now(call, id);
    const auto taken =
        co_await parts_.checkouts.take(call.scope(), id, parts_.ids.next(), limits_.lease);
    if (taken) {
      co_return co_await drive(
          call, {.checkout = *taken, .order = std::move(order), .charged = taken->waiting});
    }
    order = visible(co_await parts_.orders.find(call.scope(), id), call.identity);
  }
  co_return co_await answer(call, {.checkout = {}, .order = std::move(order)});
}

Task<Order> CreateOrder::drive(rpc::Call& call, CheckoutRun run) {
  Attendance::Watch watch{parts_.attendance, run.order.id};
  const auto until = std::min(Steady::now() + limits_.wait, call.deadline - kAnswerTime);
  rpc::Call step = call;
  step.deadline = until;
  step.idempotency_key.clear();  // what the saga asks of others is idempotent on the order
  co_await parts_.saga.advance(step, run);
  const auto undecided = [&] { return run.order.status == Status::pending && !run.order.waiting; };
  while (undecided() && Steady::now() < until) {
    co_await watch.wait_until(std::min(Steady::now() + limits_.poll, until));
    co_await parts_.saga.advance(step, run);
  }
  if (run.order.status == Status::pending) co_await hand_over(run);
  co_return co_await answer(call, std::move(run));
}

/// From here on recovery drives. Nobody is told of an order that is not on record as told: where
/// saying so fails, the client asks again with its key.
Task<> CreateOrder::hand_over(CheckoutRun& run) {
  const database::Scope scope{run.checkout.tenant, Steady::now() + kAnswerTime};
  const bool pending = co_await parts_.checkouts.hand_over(
      scope, run.checkout, run.order.waiting ? limits_.lease : limits_.poll);
  if (pending) co_return;
  run.order = (co_await parts_.orders.load(scope, run.order.id)).value();
}

Task<Order> CreateOrder::answer(rpc::Call& call, CheckoutRun run) {
  if (run.rejection) throw *run.rejection;
  if (run.order.status == Status::rejected) throw out_of_stock(run, {});
  if (was_given_up(run.order)) {
    auto error = out_of_stock(run, {});
    error.extra["order_id"] = run.order.id.str();
    throw error;
  }
  if (run.order.status == Status::payment_failed) throw payment_declined(run.order);
  if (run.order.status == Status::pending) {
    call.reply.http_status = 202;
    if (!run.order.waiting)
      run.order.waiting = co_await parts_.checkouts.waiting(call.scope(), run.order.id);
  }
  co_return std::move(run.order);
}

}  // namespace souk::order
