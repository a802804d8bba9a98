#include "internal/service/refund_payment.hpp"

#include "core/failpoint.hpp"
#include "internal/service/time_limits.hpp"

namespace souk::payment {
namespace {

namespace asio = boost::asio;

constexpr int kRefundTurns = 3;
constexpr std::chrono::milliseconds kPause{100};

[[noreturn]] void refused() {
  throw Error{Kind::conflict, "refund_refused", "The payment provider refused the refund."};
}

RefundOrder order_of(const Refund& refund) {
  return {.idempotency_key = refund.id.str(),
          .charge_reference = refund.provider_reference,
          .amount = refund.amount,
          .reference = refund.reference};
}

void check_same(const Refund& refund, OrderId order_id, const std::optional<Money>& amount) {
  if (refund.order_id == order_id && (!amount || refund.amount == *amount)) return;
  throw Error{Kind::conflict, "refund_mismatch", "This refund id stands for another refund."};
}

}  // namespace

Task<Refund> RefundPayment::operator()(const rpc::Call& call, RefundCommand command) {
  auto refund = co_await record(call.scope(), command.refund_id, command.order_id, command.amount,
                                std::move(command.reason));
  co_return co_await carry_out(call, refund.value());
}

Task<> RefundPayment::rest(const rpc::Call& call, OrderId order_id, std::string reason) {
  const auto payment = co_await payments_.of_order(call.scope(), order_id);
  if (!payment) throw not_found("payment");
  // The payment's own id names the one refund of all that is left.
  auto refund = co_await record(call.scope(), RefundId{payment->id.uuid()}, order_id, std::nullopt,
                                std::move(reason));
  if (refund) co_await carry_out(call, *std::move(refund));
}

Task<std::optional<Refund>> RefundPayment::record(database::Scope scope, RefundId id,
                                                  OrderId order_id, Amount amount,
                                                  std::string reason) {
  const auto next_check_at = clock_.now() + policy_.lease();
  co_return co_await database_.transact(
      scope, [&](database::Transaction& tx) -> Task<std::optional<Refund>> {
        const auto payment = co_await payments_.lock_of_order(tx, order_id);
        if (!payment) throw not_found("payment");
        if (auto earlier = co_await refunds_.find(tx, id)) {
          check_same(*earlier, order_id, amount);
          co_return earlier;
        }
        if (!amount && payment->refundable_minor() == 0) co_return std::nullopt;
        Refund refund{.id = id,
                      .tenant = payment->tenant,
                      .payment_id = payment->id,
                      .order_id = order_id,
                      .amount = amount.value_or(
                          Money{payment->refundable_minor(), payment->amount.currency()}),
                      .reason = reason,
                      .provider = payment->provider,
                      .provider_reference = payment->provider_reference,
                      .created_at = clock_.now()};
        check_refundable(*payment, refund.amount);
        if (!providers_.find(payment->provider)) {
          throw Error{Kind::conflict, "refund_not_possible",
                      "The payment was not made through this shop's provider."};
        }
        refunds_.begin(tx, refund, next_check_at);
        co_return refund;
      });
}

Task<Refund> RefundPayment::carry_out(const rpc::Call& call, Refund refund) {
  if (refund.status == RefundStatus::failed) refused();
  if (refund.status == RefundStatus::succeeded) co_return refund;
  SOUK_FAILPOINT("payment.after_refund_intent", call.deadline);
  const auto made = co_await attempt(refund, call.deadline - kReplyMargin);
  SOUK_FAILPOINT("payment.before_refund_result", call.deadline);
  if (!made) {
    co_await refunds_.postpone(refund, clock_.now(), database_deadline());
    co_return refund;
  }
  co_await database_.transact(
      {refund.tenant, database_deadline()},
      [&](database::Transaction& tx) -> Task<> { co_await book(tx, refund, *made); });
  if (*made == Verdict::refused) refused();
  refund.status = RefundStatus::succeeded;
  co_return refund;
}

Task<std::optional<ProviderRefund>> RefundPayment::attempt(const Refund& refund, Deadline until) {
  for (int turn = 0; turn < kRefundTurns && std::chrono::steady_clock::now() < until; ++turn) {
    if (turn > 0) {
      asio::steady_timer timer{loop_, kPause};
      co_await timer.async_wait(asio::use_awaitable);
    }
    auto answer = co_await providers_.of(refund.provider).refund(order_of(refund), until);
    if (answer) co_return *std::move(answer);
  }
  co_return std::nullopt;
}

Task<std::optional<Verdict>> RefundPayment::look(const Refund& refund, Deadline until) {
  const auto answer =
      co_await providers_.of(refund.provider).look_at_refund(order_of(refund), until);
  co_return answer ? std::optional{*answer} : std::nullopt;
}

Task<bool> RefundPayment::book(database::Transaction& tx, const Refund& refund,
                               ProviderRefund made) {
  co_await payments_.lock_of_order(tx, refund.order_id);
  const bool done = made.verdict == Verdict::done;
  co_return co_await refunds_.finish(
      tx, refund, done ? RefundStatus::succeeded : RefundStatus::failed, std::move(made.reference));
}

}  // namespace souk::payment
