#include "internal/service/checkout_saga.hpp"

#include <fmt/format.h>

#include "core/failpoint.hpp"
#include "internal/clients/messages.hpp"
#include "internal/models/decisions.hpp"

namespace souk::order {
namespace {

using database::Transaction;

/// Time for a small transaction or question of the saga's own.
database::Scope own_scope(const CheckoutRun& run) {
  constexpr std::chrono::seconds kTime{5};
  return {run.checkout.tenant, std::chrono::steady_clock::now() + kTime};
}

/// The neighbour has understood and said no: asking again changes nothing.
bool is_refusal(const Error& error) {
  return error.kind == Kind::validation || error.kind == Kind::malformed ||
         error.kind == Kind::not_found;
}

}  // namespace

Error out_of_stock(const CheckoutRun& run, const std::vector<std::string>& missing_skus) {
  Error error{Kind::conflict, "out_of_stock", "There is not enough stock for the whole order."};
  for (std::size_t i = 0; i < run.order.items.size(); ++i) {
    const auto& sku = run.order.items[i].sku;
    if (std::ranges::find(missing_skus, sku) == missing_skus.end()) continue;
    const auto position = i < run.positions.size() ? run.positions[i] : i;
    error.fields.push_back(
        {sku_field(position), "out_of_stock", fmt::format("{} is out of stock.", sku)});
  }
  return error;
}

Task<> CheckoutSaga::advance(const rpc::Call& call, CheckoutRun& run) {
  bool stuck = false;
  try {
    co_await drive(call, run);
  } catch (const std::exception& failure) {
    note(call, run, failure);
    stuck = true;
  }
  if (stuck) co_await look_again(call, run);
}

/// What stopped this driver may be that another one has finished.
Task<> CheckoutSaga::look_again(const rpc::Call& call, CheckoutRun& run) {
  try {
    if (run.order.status == Status::pending) co_await reload(run);
  } catch (const std::exception& failure) {
    note(call, run, failure);
  }
}

void CheckoutSaga::note(const rpc::Call& call, const CheckoutRun& run,
                        const std::exception& failure) {
  parts_.log.warn(call.trace, "checkout waits",
                  {{"order_id", std::string_view{run.order.id.str()}},
                   {"reason", std::string_view{failure.what()}}});
}

Task<> CheckoutSaga::drive(const rpc::Call& call, CheckoutRun& run) {
  if (run.order.status == Status::pending) {
    if (!run.charged && !co_await reserve(call, run)) co_return;
    auto payment = co_await pay(call, run);
    SOUK_FAILPOINT("order.after_charge", call.deadline);
    if (payment.outcome == PaymentState::Outcome::pending && run.checkout.overdue)
      payment = co_await give_up(call, run);
    if (payment.outcome == PaymentState::Outcome::pending)
      co_return co_await await_customer(call, run, payment);
    co_await settle(call, run, std::move(payment));
    SOUK_FAILPOINT("order.after_settle", call.deadline);
  }
  if (run.checkout.step == CheckoutStep::releasing) co_await release(call, run);
}

Task<bool> CheckoutSaga::reserve(const rpc::Call& call, CheckoutRun& run) {
  SOUK_FAILPOINT("order.after_place", call.deadline);
  Result<Reservation> answer = Reservation{};
  try {
    answer = co_await parts_.inventory.reserve(call, run.order);
  } catch (const Error& error) {
    if (!is_refusal(error)) throw;
    answer = std::unexpected{error};
  }
  SOUK_FAILPOINT("order.after_reserve", call.deadline);
  if (!answer) {
    co_await reject(call, run, {.reason = answer.error().code, .skus = {}}, answer.error());
    co_return false;
  }
  if (!answer->reserved) {
    parts_.metrics.out_of_stock();
    co_await reject(call, run, {.reason = "out_of_stock", .skus = answer->missing_skus},
                    out_of_stock(run, answer->missing_skus));
    co_return false;
  }
  co_return true;
}

Task<PaymentState> CheckoutSaga::pay(const rpc::Call& call, CheckoutRun& run) {
  if (failpoint::planted("order.confirm_uncharged"))
    co_return PaymentState{.outcome = PaymentState::Outcome::captured};
  std::optional<Error> refusal;
  try {
    auto payment = run.charged
                       ? co_await parts_.payments.get(call, run.order.id)
                       : co_await parts_.payments.charge(call, run.order, run.checkout.instrument);
    run.charged = true;
    co_return payment;
  } catch (const Error& error) {
    if (!is_refusal(error) || run.charged) throw;
    refusal = error;
  }
  co_return co_await refuse(call, run.order.id, refusal->code);
}

/// Puts on record what the customer has to do, where that is so.
Task<> CheckoutSaga::await_customer(const rpc::Call& call, CheckoutRun& run,
                                    const PaymentState& payment) {
  std::optional<WaitingPayment> waiting;
  if (payment.action) waiting = {payment.id, payment.provider, *payment.action};
  if (waiting || run.checkout.waiting) {
    SOUK_FAILPOINT("order.before_wait", call.deadline);
    co_await parts_.checkouts.await_customer(own_scope(run), run.order.id, waiting, action_time_);
    SOUK_FAILPOINT("order.after_wait", call.deadline);
  }
  run.checkout.waiting = waiting.has_value();
  run.order.waiting = std::move(waiting);
}

/// The customer's time is over. Only the provider can say that he did not pay.
Task<PaymentState> CheckoutSaga::give_up(const rpc::Call& call, CheckoutRun& run) {
  SOUK_FAILPOINT("order.before_abandon", call.deadline);
  auto payment = co_await parts_.payments.abandon(call, run.order.id);
  SOUK_FAILPOINT("order.after_abandon", call.deadline);
  co_return payment;
}

/// payment-service refuses to charge such a thing. Before the order is given up it is made sure
/// that no money moved on an earlier try.
Task<PaymentState> CheckoutSaga::refuse(const rpc::Call& call, OrderId order, std::string code) {
  PaymentState refused{.outcome = PaymentState::Outcome::declined, .decline_code = std::move(code)};
  try {
    co_await parts_.payments.void_payment(call, order);
  } catch (const Error& error) {
    if (error.kind != Kind::not_found) throw;
  }
  co_return refused;
}

Task<> CheckoutSaga::settle(const rpc::Call& call, CheckoutRun& run, PaymentState payment) {
  const auto now = parts_.clock.now();
  const bool captured = payment.outcome == PaymentState::Outcome::captured;
  auto event =
      captured ? confirm(run.order, {payment.id, payment.provider}, now)
               : fail_payment(run.order, {payment.id, payment.provider, payment.decline_code}, now);
  auto after = run.order;
  after.waiting.reset();
  apply(after, event);
  if (co_await parts_.writer.settle(call, {after, std::move(event)})) {
    run.order = std::move(after);
    const bool sold = captured && !failpoint::planted("order.release_paid");
    run.checkout.step = sold ? CheckoutStep::done : CheckoutStep::releasing;
    parts_.metrics.settled(run.order);
  } else {
    co_await reload(run);
  }
}

Task<> CheckoutSaga::release(const rpc::Call& call, CheckoutRun& run) {
  SOUK_FAILPOINT("order.before_release", call.deadline);
  co_await parts_.inventory.release(call, run.order.id);
  SOUK_FAILPOINT("order.after_release", call.deadline);
  co_await parts_.checkouts.finish(own_scope(run), run.order.id);
  run.checkout.step = CheckoutStep::done;
}

/// Only the owner of the checkout may say that nothing was held: whoever took it over may have
/// found stock meanwhile.
Task<> CheckoutSaga::reject(const rpc::Call& call, CheckoutRun& run, Rejected rejected,
                            Error reason) {
  auto after = co_await parts_.database.transact(
      own_scope(run), [&](Transaction& tx) { return end_unsold(tx, call, run, rejected); });
  if (!after) co_return co_await reload(run);
  run.order = std::move(*after);
  run.checkout.step = CheckoutStep::done;
  if (was_given_up(run.order)) reason.extra["order_id"] = run.order.id.str();
  run.rejection = std::move(reason);
}

/// What becomes of the order: rejected, or cancelled where a client was told of it. Empty: the
/// checkout is somebody else's.
Task<std::optional<Order>> CheckoutSaga::end_unsold(Transaction& tx, const rpc::Call& call,
                                                    const CheckoutRun& run, Rejected rejected) {
  using Discarded = CheckoutRepository::Discarded;
  const auto discarded = co_await CheckoutRepository::discard(tx, run.checkout);
  if (discarded == Discarded::not_ours) co_return std::nullopt;
  const auto now = parts_.clock.now();
  const auto reason = rejected.reason;
  auto event = discarded == Discarded::kept
                   ? souk::order::give_up(run.order, reason, now)
                   : souk::order::reject(run.order, std::move(rejected), now);
  auto after = run.order;
  after.waiting.reset();
  apply(after, event);
  const std::vector<Appended> appended{{after, std::move(event)}};
  const auto written = co_await OrderRepository::append(tx, appended);
  if (written.empty()) throw std::logic_error{"a running checkout's order has moved on"};
  if (discarded == Discarded::kept) {
    v1::OrderCancelled message;
    *message.mutable_order() = to_message(after);
    set_customer(after, *message.mutable_customer());
    message.set_reason(reason);
    parts_.outbox.publish(tx, call, after.id.str(), message);
  }
  co_return after;
}

bool was_given_up(const Order& order) {
  return order.status == Status::cancelled && !order.payment;
}

Task<> CheckoutSaga::reload(CheckoutRun& run) {
  auto order = co_await parts_.orders.load(own_scope(run), run.order.id);
  run.order = std::move(order.value());
  if (run.order.status == Status::pending) co_return;
  run.checkout.step = CheckoutStep::done;  // what is left to do is for whoever settled it
  if (run.order.status == Status::rejected || was_given_up(run.order))
    run.rejection = out_of_stock(run, {});
  if (was_given_up(run.order)) run.rejection->extra["order_id"] = run.order.id.str();
}

}  // namespace souk::order
