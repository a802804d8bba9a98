#include "internal/service/void_payment.hpp"

#include "core/failpoint.hpp"
#include "internal/service/time_limits.hpp"

namespace souk::payment {
namespace {

constexpr char kReason[] = "order voided";

}  // namespace

Task<Payment> VoidPayment::operator()(const rpc::Call& call, OrderId order_id) {
  auto payment = co_await existing(call, order_id);
  if (payment.status == PaymentStatus::pending) payment = co_await stop(call, payment);
  if (payment.status == PaymentStatus::pending)
    throw unavailable("The payment has gone to another provider just now.");
  const bool nothing_left = payment.status == PaymentStatus::refunded || payment.amount.is_zero();
  if (nothing_left || is_final(payment.status)) co_return payment;
  co_return co_await give_back(call, order_id);
}

Task<Payment> VoidPayment::existing(const rpc::Call& call, OrderId order_id) {
  if (auto payment = co_await payments_.of_order(call.scope(), order_id))
    co_return *std::move(payment);
  const auto now = clock_.now();
  const Payment nothing{.id = PaymentId{ids_.next()},
                        .tenant = call.identity.tenant,
                        .order_id = order_id,
                        .status = PaymentStatus::voided,
                        .amount = Money::zero(policy_.currency),
                        .provider = std::string{kNoProvider},
                        .created_at = now,
                        .updated_at = now};
  if (co_await writer_.insert(nothing, now, call.deadline)) co_return nothing;
  auto payment = co_await payments_.of_order(call.scope(), order_id);
  if (!payment) throw not_found("payment");
  co_return *std::move(payment);
}

Task<Payment> VoidPayment::abandon(const rpc::Call& call, OrderId order_id) {
  auto payment = co_await payments_.of_order(call.scope(), order_id);
  if (!payment) throw not_found("payment");
  if (payment->status != PaymentStatus::pending) co_return *std::move(payment);
  auto outcome = co_await settlement_.end(*payment, call.deadline - kReplyMargin);
  if (!outcome) co_return *std::move(payment);
  if (outcome->status == PaymentStatus::voided)
    outcome = Outcome::declined(std::string{kAbandoned});
  outcome->provider = payment->provider;
  SOUK_FAILPOINT("payment.before_record_abandoned", call.deadline);
  co_return co_await writer_.settle(payment->tenant, payment->id, *std::move(outcome),
                                    database_deadline());
}

Task<Payment> VoidPayment::stop(const rpc::Call& call, Payment pending) {
  auto outcome = co_await settlement_.end(pending, call.deadline - kReplyMargin);
  if (!outcome) throw unavailable("The payment provider cannot be reached.");
  outcome->provider = pending.provider;
  co_return co_await writer_.settle(pending.tenant, pending.id, *std::move(outcome),
                                    database_deadline());
}

Task<Payment> VoidPayment::give_back(const rpc::Call& call, OrderId order_id) {
  co_await refund_.rest(call, order_id, kReason);
  auto payment = co_await payments_.of_order(call.scope(), order_id);
  if (payment && payment->status == PaymentStatus::refunded) co_return *std::move(payment);
  throw unavailable("The refund is recorded and under way.");
}

}  // namespace souk::payment
