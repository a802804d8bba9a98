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

Task<Resolved> Settlement::resolve(Payment& payment, Past past, Deadline until) {
  auto resolved = co_await pursue(payment, past == Past::unknown, until);
  if (resolved) resolved->provider = payment.provider;
  count(resolved);
  co_return resolved;
}

void Settlement::count(const Resolved& resolved) {
  const bool waiting = !resolved && resolved.error() == Open::waiting;
  const std::string result{waiting ? "waiting"
                                   : name(resolved ? resolved->status : PaymentStatus::pending)};
  metrics_.counter("souk_payment_outcomes_total", "What came of charges", {{"outcome", result}})
      .Increment();
}

Task<Resolved> Settlement::pursue(Payment& payment, bool may_be_there, Deadline until) {
  for (int turn = 0; turn < kSettlementTurns && Steady::now() < until; ++turn) {
    if (turn > 0) {
      co_await pause(turn);
      if (!co_await keep(payment)) co_return std::unexpected{Open::unknown};
    }
    if (auto told = co_await attempt(payment, may_be_there, until)) co_return *std::move(told);
  }
  if (Steady::now() >= until || !co_await keep(payment)) co_return std::unexpected{Open::unknown};
  auto ended = co_await end(payment, until);
  if (ended && ended->status == PaymentStatus::voided) {
    co_return Outcome::declined(std::string{kProviderUnavailable});
  }
  const bool nobody_knows = !ended && ended.error() == Open::unknown;
  if (!nobody_knows || may_be_there) co_return ended;
  co_return Outcome::never_sent(payment);
}

Task<Settlement::Told> Settlement::attempt(Payment& payment, bool& may_be_there, Deadline until) {
  if (auto ready = co_await prepare(payment, until); !ready) co_return std::move(ready.error());
  if (may_be_there) {
    const auto known = co_await ask(payment, until);
    if (!known || *known) co_return known.value_or(std::nullopt);
  }
  auto order = order_of(payment);
  if (failpoint::planted("payment.key_per_attempt"))
    order.idempotency_key += std::to_string(payment.attempts);
  const ProviderRef ref{order.idempotency_key, payment.provider_reference};
  const auto charged =
      co_await providers_.of(payment.provider).charge(ref, std::move(order), until);
  if (!charged && charged.error() == Doubt::not_sent) co_return std::nullopt;
  may_be_there = true;  // held money, too, that cannot be captured now
  if (charged) co_return co_await outcome_of(payment, *charged, until);
  if (failpoint::planted("payment.guess_after_timeout")) co_return Outcome::declined("timed_out");
  co_return (co_await ask(payment, until)).value_or(std::nullopt);
}

/// From here on the provider can be asked for the payment by the name that it has there: the name is
/// on record. Otherwise what there is to tell: nothing where nobody answered or somebody else has
/// settled it, or that the provider never takes such a payment.
Task<std::expected<void, Settlement::Told>> Settlement::prepare(Payment& payment, Deadline until) {
  using Ready = std::expected<void, Told>;
  if (!payment.provider_reference.empty()) co_return Ready{};
  const auto made = co_await providers_.of(payment.provider).prepare(order_of(payment), until);
  if (!made) co_return std::unexpected{Told{}};
  if (!made->decline_code.empty())
    co_return std::unexpected{Told{Outcome::refused(payment, made->decline_code)}};
  // A provider that goes by the key alone: the key is the payment's id, and that is on record.
  if (made->reference == payment.id.str()) co_return Ready{};
  SOUK_FAILPOINT("payment.before_record_reference", until);
  const auto recorded =
      co_await payments_.record_reference(payment, made->reference, database_deadline());
  if (!recorded) co_return std::unexpected{Told{}};
  payment.provider_reference = *recorded;
  SOUK_FAILPOINT("payment.after_record_reference", until);
  co_return Ready{};
}

ChargeOrder Settlement::order_of(const Payment& payment) const {
  const auto order = payment.order_id.str();
  return {.idempotency_key = payment.id.str(),
          .amount = payment.amount,
          .token = payment.token,
          .order_reference = order,
          .method = payment.method,
          .return_url = policy_.return_url(order)};
}

Task<Answer<Settlement::Told>> Settlement::ask(Payment& payment, Deadline until) {
  const auto found = co_await providers_.of(payment.provider)
                         .find({payment.id.str(), payment.provider_reference}, until);
  if (!found) co_return std::unexpected(found.error());
  if (!*found) co_return std::nullopt;
  co_return co_await outcome_of(payment, **found, until);
}

Task<Resolved> Settlement::end(Payment& payment, Deadline until) {
  if (auto ready = co_await prepare(payment, until); !ready)
    co_return std::move(ready.error()).value_or(std::unexpected{Open::unknown});
  const auto ended = co_await providers_.of(payment.provider)
                         .cancel({payment.id.str(), payment.provider_reference}, until);
  if (!ended) co_return std::unexpected{Open::unknown};
  if (ended->state == ChargeState::cancelled) co_return Outcome::voided();
  auto told = co_await outcome_of(payment, *ended, until);
  if (told) co_return *std::move(told);
  co_return std::unexpected{Open::unknown};
}

Task<Settlement::Told> Settlement::outcome_of(Payment& payment, ProviderCharge charge,
                                              Deadline until) {
  payment.action.reset();
  switch (charge.state) {
    case ChargeState::captured: co_return co_await captured(payment, charge, until);
    case ChargeState::declined: co_return Outcome::declined(charge.decline_code, charge.reference);
    case ChargeState::voided: co_return Outcome::voided();
    case ChargeState::cancelled: co_return Outcome::declined(std::string{kProviderUnavailable});
    case ChargeState::processing: co_return Resolved{std::unexpected{Open::waiting}};
    case ChargeState::requires_action:
      payment.action = std::move(charge.action);
      co_return Resolved{std::unexpected{Open::waiting}};
    case ChargeState::authorized: break;
  }
  const auto taken =
      co_await providers_.of(payment.provider).capture({payment.id.str(), charge.reference}, until);
  if (!taken || taken->state != ChargeState::captured) co_return std::nullopt;
  co_return co_await captured(payment, *taken, until);
}

Task<Settlement::Told> Settlement::captured(const Payment& payment, const ProviderCharge& charge,
                                            Deadline until) {
  const Money taken{charge.captured_minor, charge.amount.currency()};
  if (taken == payment.amount) co_return Outcome::captured(charge.reference);
  co_return co_await give_back(payment, charge, until);
}

/// Money that nobody asked for pays for nothing. Nothing is told until it is back.
Task<Settlement::Told> Settlement::give_back(const Payment& payment, const ProviderCharge& charge,
                                             Deadline until) {
  const Money left{charge.captured_minor - charge.refunded_minor, charge.amount.currency()};
  if (!left.is_zero()) {
    const auto refund = co_await providers_.of(payment.provider)
                            .refund({.idempotency_key = payment.id.str(),
                                     .charge_reference = charge.reference,
                                     .amount = left},
                                    until);
    if (!refund) {
      alert(payment, charge, "unknown");
      co_return std::nullopt;
    }
    // The order is given up all the same: reconciliation reports what the provider has kept.
    alert(payment, charge, *refund == Verdict::done ? "given_back" : "kept");
  }
  co_return Outcome::declined(std::string{kAmountMismatch}, charge.reference);
}

void Settlement::alert(const Payment& payment, const ProviderCharge& charge,
                       std::string_view result) {
  const Money taken{charge.captured_minor, charge.amount.currency()};
  log_.error("a payment provider took another amount than was asked for",
             {{"payment_id", payment.id.str()},
              {"provider", payment.provider},
              {"reference", charge.reference},
              {"asked", payment.amount.str()},
              {"taken", taken.str()},
              {"result", result}});
  metrics_
      .counter("souk_payment_amount_mismatches_total",
               "Charges of another amount or currency than was asked for",
               {{"provider", payment.provider}, {"result", std::string{result}}})
      .Increment();
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
