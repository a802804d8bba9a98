#include "internal/service/recovery.hpp"

#include <prometheus/counter.h>

#include "core/failpoint.hpp"
#include "internal/service/payment_events.hpp"
#include "internal/service/proto_status.hpp"
#include "internal/service/time_limits.hpp"
#include "payment/events.pb.h"
#include "runtime/proto_values.hpp"
#include "runtime/task_group.hpp"

namespace souk::payment {
namespace {

constexpr int kBatch = 50;
/// How long a provider that is down is left alone, at most.
constexpr std::chrono::milliseconds kLastBackoff{15'000};
constexpr std::chrono::milliseconds kFirstBackoff{500};

std::chrono::milliseconds backoff(int attempts) {
  return std::min(kFirstBackoff * (1 << std::clamp(attempts, 0, 10)), kLastBackoff);
}

v1::PaymentSettled settled_event(const Payment& payment) {
  v1::PaymentSettled event;
  event.set_payment_id(payment.id.str());
  event.set_order_id(payment.order_id.str());
  event.set_status(to_proto(payment.status));
  return event;
}

v1::RefundFailed failed_event(const Refund& refund) {
  v1::RefundFailed event;
  event.set_refund_id(refund.id.str());
  event.set_order_id(refund.order_id.str());
  *event.mutable_amount() = rpc::to_proto(refund.amount);
  return event;
}

v1::RefundSettled settled_event(const Refund& refund) {
  v1::RefundSettled event;
  event.set_refund_id(refund.id.str());
  event.set_order_id(refund.order_id.str());
  *event.mutable_amount() = rpc::to_proto(refund.amount);
  return event;
}

}  // namespace

rpc::Call Recovery::call(TenantId tenant) const {
  return rpc::Call::background("payment-service", policy_.lease(), random_, tenant);
}

Task<std::int64_t> Recovery::sweep(Reach reach) {
  // What somebody works on is due within a lease, what waits for the provider within the last
  // backoff.
  const auto due_at =
      clock_.now() + (reach == Reach::due ? std::chrono::milliseconds{0} : kLastBackoff);
  const auto until = due_at + policy_.lease();
  const auto payments = co_await sweep_payments(due_at, until);
  co_return payments + co_await sweep_refunds(due_at, until);
}

Task<std::int64_t> Recovery::sweep_payments(Time due_at, Time until) {
  std::int64_t resolved = 0;
  PaymentId after;
  for (bool more = true; more;) {
    auto taken =
        co_await payments_.take_due(call(kEveryTenant).scope(), due_at, until, after, kBatch);
    more = taken.size() == kBatch;
    for (const auto& payment : taken) after = std::max(after, payment.id);
    resolved += co_await resolve_all(std::move(taken));
  }
  co_return resolved;
}

Task<std::int64_t> Recovery::sweep_refunds(Time due_at, Time until) {
  std::int64_t resolved = 0;
  RefundId after;
  for (bool more = true; more;) {
    auto taken =
        co_await refunds_.take_due(call(kEveryTenant).scope(), due_at, until, after, kBatch);
    more = taken.size() == kBatch;
    for (const auto& refund : taken) after = std::max(after, refund.id);
    resolved += co_await resolve_all(std::move(taken));
  }
  co_return resolved;
}

/// Side by side: one that stalls does not keep the others waiting.
template <class Item>
Task<std::int64_t> Recovery::resolve_all(std::vector<Item> items) {
  std::int64_t resolved = 0;
  runtime::TaskGroup workers{loop_};
  for (auto& item : items) workers.spawn(resolve_logged(std::move(item), resolved));
  co_await workers.wait();
  co_return resolved;
}

template <class Item>
Task<> Recovery::resolve_logged(Item item, std::int64_t& resolved) {
  try {
    if (co_await resolve(item)) ++resolved;
  } catch (const std::exception& error) {
    log_.warn("a pending payment or refund has to wait",
              {{"id", item.id.str()}, {"why", error.what()}});
  }
}

Task<Payment> Recovery::look_now(TenantId tenant, OrderId order_id) {
  const database::Scope scope{tenant, database_deadline()};
  auto payment = co_await payments_.of_order(scope, order_id);
  if (!payment) throw not_found("payment");
  const bool pending = payment->status == PaymentStatus::pending;
  // Who is faster has it; what he finds out is on record when he is done.
  if (!pending ||
      !co_await payments_.keep(*payment, clock_.now() + policy_.lease(), database_deadline())) {
    co_return *std::move(payment);
  }
  ++payment->attempts;
  co_await resolve(*payment);
  payment = co_await payments_.of_order({tenant, database_deadline()}, order_id);
  co_return payment.value();
}

Task<bool> Recovery::resolve(Payment payment) {
  const auto call = this->call(payment.tenant);
  const auto outcome =
      co_await settlement_.resolve(payment, Settlement::Past::unknown, call.deadline);
  if (!outcome) {
    co_await payments_.release(payment, clock_.now() + backoff(payment.attempts),
                               database_deadline());
    co_return false;
  }
  SOUK_FAILPOINT("payment.before_recovered_result", call.deadline);
  const database::Scope scope{payment.tenant, database_deadline()};
  co_return co_await database_.transact(scope, [&](database::Transaction& tx) -> Task<bool> {
    const auto settled = co_await payments_.settle(tx, payment.id, *outcome);
    if (settled) {
      outbox_.publish(tx, call, settled->order_id.str(), settled_event(*settled));
      publish_captured(outbox_, tx, call, {&*settled, 1});
    }
    co_return settled.has_value();
  });
}

Task<> Recovery::look_at_refunds(Payment payment) {
  const database::Scope scope{payment.tenant, database_deadline()};
  auto refunds = co_await refunds_.of_payments(scope, {payment});
  for (auto& refund : refunds[payment.id]) {
    if (refund.status != RefundStatus::failed) co_await resolve(std::move(refund));
  }
}

/// Has it stayed with the customer?
Task<bool> Recovery::look_again(Refund refund) {
  const auto call = this->call(refund.tenant);
  const auto verdict = co_await refund_.look(refund, call.deadline);
  if (!verdict || *verdict == Verdict::done) {
    co_await refunds_.postpone(refund,
                               verdict ? next_look(refund, clock_.now())
                                       : std::optional{clock_.now() + backoff(refund.attempts)},
                               database_deadline());
    co_return false;
  }
  const database::Scope scope{refund.tenant, database_deadline()};
  co_return co_await database_.transact(scope, [&](database::Transaction& tx) -> Task<bool> {
    co_await payments_.lock_of_order(tx, refund.order_id);
    const bool taken_back = co_await refunds_.come_back(tx, refund);
    if (taken_back) tell_failed(tx, call, refund, "came_back");
    co_return taken_back;
  });
}

void Recovery::tell_failed(database::Transaction& tx, const rpc::Call& call, const Refund& refund,
                           std::string_view why) {
  outbox_.publish(tx, call, refund.order_id.str(), failed_event(refund));
  log_.error("a refund has failed: the customer has not got the money",
             {{"refund_id", refund.id.str()},
              {"order_id", refund.order_id.str()},
              {"amount", refund.amount.str()},
              {"why", why}});
  metrics_
      .counter("souk_refunds_failed_total", "Refunds that the customer did not get",
               {{"provider", refund.provider}, {"why", std::string{why}}})
      .Increment();
}

Task<bool> Recovery::resolve(Refund refund) {
  if (refund.status == RefundStatus::succeeded) co_return co_await look_again(std::move(refund));
  const auto call = this->call(refund.tenant);
  const auto made = co_await refund_.attempt(refund, call.deadline);
  if (!made) {
    co_await refunds_.postpone(refund, clock_.now() + backoff(refund.attempts),
                               database_deadline());
    co_return false;
  }
  const database::Scope scope{refund.tenant, database_deadline()};
  co_return co_await database_.transact(scope, [&](database::Transaction& tx) -> Task<bool> {
    const bool booked = co_await refund_.book(tx, refund, *made);
    if (booked && *made == Verdict::done)
      outbox_.publish(tx, call, refund.order_id.str(), settled_event(refund));
    if (booked && *made == Verdict::refused) tell_failed(tx, call, refund, "refused");
    co_return booked;
  });
}

}  // namespace souk::payment
