#include "internal/service/refund_runner.hpp"

#include "core/failpoint.hpp"
#include "internal/clients/messages.hpp"
#include "internal/models/decisions.hpp"
#include "internal/service/change_order.hpp"
#include "runtime/proto_values.hpp"

namespace souk::order {
namespace {

using database::Transaction;
using Steady = std::chrono::steady_clock;

constexpr int kRefundsAtOnce = 32;
constexpr std::chrono::seconds kRefundQueryTime{5};

/// For one refund at the provider; a slower one is tried again.
constexpr std::chrono::seconds kAttemptTime{10};

/// payment-service's code for a refund that its provider has refused for good.
constexpr std::string_view kRefused = "refund_refused";

/// What a request keeps back to answer in.
constexpr std::chrono::milliseconds kRefundAnswerTime{500};

}  // namespace

Task<> RefundRunner::run_once() {
  const auto due = co_await parts_.refunds.take_due(
      {kEveryTenant, Steady::now() + kRefundQueryTime}, lease_, kRefundsAtOnce);
  for (const auto& refund : due) {
    attempts_.spawn(
        attempt(rpc::Call::background("order-service", kAttemptTime, parts_.random, refund.tenant),
                refund));
  }
  co_await attempts_.wait();
}

Task<> RefundRunner::try_now(const rpc::Call& call, RefundId id) {
  const auto refund = co_await parts_.refunds.find(call.scope(), id);
  if (!refund || refund->status != RefundStatus::pending) co_return;
  auto bounded = call;
  bounded.deadline = std::min(call.deadline - kRefundAnswerTime, Steady::now() + kAttemptTime);
  bounded.idempotency_key.clear();
  co_await attempt(bounded, *refund);
}

Task<> RefundRunner::attempt(rpc::Call call, Refund refund) {
  try {
    bool refused = false;
    try {
      if (!co_await parts_.payments.refund(call, refund))
        co_return;  // payment.refund_settled will tell
    } catch (const Error& error) {
      if (error.code != kRefused) throw;
      refused = true;
    }
    SOUK_FAILPOINT("order.after_refund", call.deadline);
    const database::Scope scope{refund.tenant, Steady::now() + kRefundQueryTime};
    co_await parts_.database.transact(scope, [&](Transaction& tx) {
      return refused ? fail(tx, call, refund.id, refund.order, refund.amount)
                     : complete(tx, call, refund.id, refund.order, refund.amount);
    });
  } catch (const std::exception& failure) {
    parts_.log.warn("refund waits", {{"refund_id", std::string_view{refund.id.str()}},
                                     {"order_id", std::string_view{refund.order.str()}},
                                     {"reason", std::string_view{failure.what()}}});
  }
}

Task<> RefundRunner::complete(Transaction& tx, const rpc::Call& call, RefundId id, OrderId order_id,
                              Money amount) {
  // The order first, always: whoever changes its refunds holds its lock.
  auto order = co_await OrderRepository::load_for_update(tx, order_id);
  if (!order || !co_await RefundRepository::succeed(tx, id)) co_return;
  auto event = complete_refund(*order, id, amount, parts_.clock.now());
  const auto after = co_await append_locked(tx, std::move(*order), std::move(event));
  v1::OrderRefunded message;
  *message.mutable_order() = to_message(after);
  set_customer(after, *message.mutable_customer());
  message.set_refund_id(id.str());
  *message.mutable_amount() = rpc::to_proto(amount);
  parts_.outbox.publish(tx, call, order_id.str(), message);
}

Task<> RefundRunner::fail(Transaction& tx, const rpc::Call& call, RefundId id, OrderId order_id,
                          Money amount) {
  auto order = co_await OrderRepository::load_for_update(tx, order_id);
  if (!order) co_return;
  const auto before = co_await RefundRepository::fail(tx, id);
  if (!before) co_return;
  const auto stream = co_await OrderRepository::stream(tx, order_id);
  auto event = fail_refund(*order, stream, id, amount, *before == RefundStatus::succeeded,
                           parts_.clock.now());
  const auto after = co_await append_locked(tx, std::move(*order), std::move(event));
  v1::OrderRefundFailed message;
  *message.mutable_order() = to_message(after);
  set_customer(after, *message.mutable_customer());
  message.set_refund_id(id.str());
  *message.mutable_amount() = rpc::to_proto(amount);
  parts_.outbox.publish(tx, call, order_id.str(), message);
}

}  // namespace souk::order
