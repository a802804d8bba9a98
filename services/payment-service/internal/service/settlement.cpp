#include "internal/service/settlement.hpp"

#include <prometheus/counter.h>

#include "core/failpoint.hpp"
#include "internal/service/time_limits.hpp"

namespace souk::payment {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

/// A provider that has failed three times within a second is down; the shopper is waiting.
constexpr int kSettlementTurns = 3;
/// Before the second turn; doubled before each further one.
constexpr std::chrono::milliseconds kFirstPause{50};

}  // namespace

Task<std::optional<Outcome>> Settlement::resolve(Payment& payment, Past past, Deadline until) {
  auto outcome = co_await pursue(payment, past == Past::unknown, until);
  count(outcome);
  co_return outcome;
}

void Settlement::count(const std::optional<Outcome>& outcome) {
  const std::string result{name(outcome ? outcome->status : PaymentStatus::pending)};
  metrics_.counter("souk_payment_outcomes_total", "What came of charges", {{"outcome", result}})
      .Increment();
}

Task<std::optional<Outcome>> Settlement::pursue(Payment& payment, bool may_be_there,
                                                Deadline until) {
  for (int turn = 0; turn < kSettlementTurns && Steady::now() < until; ++turn) {
    if (turn > 0) {
      co_await pause(turn);
      if (!co_await keep(payment)) co_return std::nullopt;
    }
    if (auto outcome = co_await attempt(payment, may_be_there, until)) co_return outcome;
  }
  if (Steady::now() >= until || !co_await keep(payment)) co_return std::nullopt;
  if (auto outcome = co_await end(payment, until)) {
    if (outcome->status == PaymentStatus::voided)
      co_return Outcome::declined(std::string{kProviderUnavailable});
    co_return outcome;
  }
  if (may_be_there) co_return std::nullopt;
  co_return Outcome::never_sent(payment);
}

Task<std::optional<Outcome>> Settlement::attempt(const Payment& payment, bool& may_be_there,
                                                 Deadline until) {
  if (may_be_there) {
    const auto known = co_await ask(payment, until);
    if (!known || *known) co_return known.value_or(std::nullopt);
  }
  auto key = payment.id.str();
  if (failpoint::planted("payment.key_per_attempt")) key += std::to_string(payment.attempts);
  const auto charged = co_await provider_.charge({.idempotency_key = key,
                                                  .amount = payment.amount,
                                                  .token = payment.token,
                                                  .order_reference = payment.order_id.str()},
                                                 until);
  if (!charged && charged.error() == Doubt::not_sent) co_return std::nullopt;
  may_be_there = true;  // held money, too, that cannot be captured now
  if (charged) co_return co_await outcome_of(*charged, until);
  if (failpoint::planted("payment.guess_after_timeout")) co_return Outcome::declined("timed_out");
  co_return (co_await ask(payment, until)).value_or(std::nullopt);
}

Task<Answer<std::optional<Outcome>>> Settlement::ask(const Payment& payment, Deadline until) {
  const auto found = co_await provider_.find(payment.id.str(), until);
  if (!found) co_return std::unexpected(found.error());
  if (!*found) co_return std::nullopt;
  co_return co_await outcome_of(**found, until);
}

Task<std::optional<Outcome>> Settlement::end(const Payment& payment, Deadline until) {
  const auto ended = co_await provider_.cancel(payment.id.str(), until);
  if (!ended) co_return std::nullopt;
  if (ended->state == ChargeState::cancelled) co_return Outcome::voided();
  co_return co_await outcome_of(*ended, until);
}

Task<std::optional<Outcome>> Settlement::outcome_of(ProviderCharge charge, Deadline until) {
  switch (charge.state) {
    case ChargeState::captured: co_return Outcome::captured(charge.reference);
    case ChargeState::declined: co_return Outcome::declined(charge.decline_code, charge.reference);
    case ChargeState::voided: co_return Outcome::voided();
    case ChargeState::cancelled: co_return Outcome::declined(std::string{kProviderUnavailable});
    case ChargeState::authorized: break;
  }
  const auto captured = co_await provider_.capture(charge.reference, until);
  if (captured == Verdict::done) co_return Outcome::captured(charge.reference);
  co_return std::nullopt;
}

Task<bool> Settlement::keep(Payment& payment) {
  const bool ours =
      co_await payments_.keep(payment, clock_.now() + policy_.lease(), database_deadline());
  if (ours) ++payment.attempts;
  co_return ours;
}

Task<> Settlement::pause(int turn) {
  asio::steady_timer timer{loop_, kFirstPause * (1 << (turn - 1))};
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace souk::payment
