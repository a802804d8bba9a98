#include "internal/service/charge_payment.hpp"

#include "core/failpoint.hpp"
#include "internal/service/time_limits.hpp"

namespace souk::payment {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

/// How often one who waits for somebody else's charge looks: soon at first, for most take
/// milliseconds.
constexpr std::chrono::milliseconds kFirstLook{5};
constexpr std::chrono::milliseconds kLastLook{200};

/// A payment that waits for its customer, or for its provider, is looked at again after this, if no
/// news of it comes before.
constexpr std::chrono::seconds kWhileWaiting{3};

void check_same(const Payment& payment, const ChargeCommand& command) {
  const bool voided = payment.status == PaymentStatus::voided;
  if (voided || payment.amount == command.amount) return;
  throw Error{Kind::conflict, "payment_mismatch", "The order's payment is of another amount."};
}

}  // namespace

Task<Payment> ChargePayment::operator()(const rpc::Call& call, ChargeCommand command) {
  if (command.amount.amount_minor() < 0) {
    throw invalid_field("amount", "out_of_range", "An amount is not negative.");
  }
  const auto until = call.deadline - kReplyMargin;
  if (Steady::now() >= until) call.check_deadline();
  auto payment = intent(call, command);
  const bool created =
      co_await writer_.insert(payment, clock_.now() + policy_.lease(), call.deadline, call.trace);
  if (!created) co_return co_await of_someone_else(call, std::move(command), until);
  if (payment.status != PaymentStatus::pending) co_return payment;
  SOUK_FAILPOINT("payment.after_intent", until);
  co_return co_await pursue(std::move(payment), until);
}

Payment ChargePayment::intent(const rpc::Call& call, ChargeCommand command) {
  const bool free = command.amount.is_zero();
  const auto now = clock_.now();
  return {
      .id = PaymentId{ids_.next()},
      .tenant = call.identity.tenant,
      .order_id = command.order_id,
      .user_id = command.user_id,
      .status = free ? PaymentStatus::captured : PaymentStatus::pending,
      .amount = command.amount,
      .provider =
          std::string{free ? kNoProvider
                           : providers_.choose(command.method, command.amount.currency()).name()},
      .method = std::move(command.method),
      .token = free ? "" : std::move(command.token),
      .created_at = now,
      .updated_at = now};
}

Task<Payment> ChargePayment::pursue(Payment payment, Deadline until) {
  auto outcome = co_await settlement_.resolve(payment, Settlement::Past::none, until);
  while (outcome && outcome->attempts && co_await hand_over(payment)) {
    outcome = co_await settlement_.resolve(payment, Settlement::Past::none, until);
  }
  if (outcome) {
    SOUK_FAILPOINT("payment.before_record_result", until);
    payment = co_await writer_.settle(payment.tenant, payment.id, *std::move(outcome),
                                      database_deadline());
    SOUK_FAILPOINT("payment.after_record_result", until);
    co_return payment;
  }
  const bool waiting = outcome.error() == Open::waiting;
  SOUK_FAILPOINT("payment.before_wait", until);
  co_await payments_.release(payment,
                             clock_.now() + (waiting ? kWhileWaiting : std::chrono::seconds{0}),
                             database_deadline());
  SOUK_FAILPOINT("payment.after_wait", until);
  co_return co_await read(payment.tenant, payment.order_id);
}

/// To the next provider, a payment that the first one was never sent (Outcome::never_sent). One that
/// was prepared there stays, though that alone moves no money.
Task<bool> ChargePayment::hand_over(Payment& payment) {
  const auto* next =
      providers_.next_after(payment.provider, payment.method, payment.amount.currency());
  if (next == nullptr || !payment.provider_reference.empty()) co_return false;
  std::string name{next->name()};
  if (!co_await payments_.hand_over(payment, name, clock_.now() + policy_.lease(),
                                    database_deadline())) {
    co_return false;
  }
  ++payment.attempts;
  payment.provider = std::move(name);
  co_return true;
}

Task<Payment> ChargePayment::of_someone_else(const rpc::Call& call, ChargeCommand command,
                                             Deadline until) {
  auto pause = kFirstLook;
  for (;;) {
    auto payment = co_await read(call.identity.tenant, command.order_id);
    check_same(payment, command);
    const bool decided = payment.status != PaymentStatus::pending || payment.action;
    if (decided || Steady::now() + pause >= until) co_return payment;
    asio::steady_timer timer{loop_, pause};
    co_await timer.async_wait(asio::use_awaitable);
    pause = std::min(pause * 2, kLastLook);
  }
}

Task<Payment> ChargePayment::read(TenantId tenant, OrderId order_id) {
  auto payment = co_await payments_.of_order({tenant, database_deadline()}, order_id);
  if (!payment) throw not_found("payment");
  co_return *std::move(payment);
}

}  // namespace souk::payment
