#include "internal/service/reconciliation.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

namespace souk::payment {
namespace {

constexpr int kReconciledAtOnce = 500;

/// The payment that a charge was made for; nil where its key is not one of ours.
PaymentId payment_of(const ProviderCharge& charge) {
  return PaymentId{Uuid::parse(charge.idempotency_key).value_or(Uuid{})};
}

database::Scope everything(Deadline deadline) { return {kEveryTenant, deadline}; }

Difference difference(std::string kind, const ProviderCharge* charge, const Payment* payment,
                      std::string detail) {
  return {.kind = std::move(kind),
          .provider_reference = charge ? charge->reference : payment->provider_reference,
          .payment_id = payment ? payment->id.str() : "",
          .detail = std::move(detail)};
}

[[noreturn]] void cannot_read(const PaymentProvider& provider) {
  throw unavailable(fmt::format("The ledger of {} cannot be read.", provider.name()));
}

/// What the provider has moved or holds, as against declined and cancelled ones.
bool has_money(const ProviderCharge& charge) {
  return charge.state == ChargeState::captured || charge.state == ChargeState::authorized;
}

/// Taken, and all of it given back: nobody has anything of it.
bool has_gone_back(const ProviderCharge& charge) {
  return charge.state == ChargeState::captured && charge.captured_minor > 0 &&
         charge.refunded_minor == charge.captured_minor;
}

bool status_agrees(const ProviderCharge& charge, const Payment& payment) {
  return (charge.state == ChargeState::captured) == is_paid(payment.status) &&
         (charge.state == ChargeState::authorized) == (payment.status == PaymentStatus::authorized);
}

/// Refunds whose outcome is outstanding may have been made or not.
bool refunds_agree(const ProviderCharge& charge, const Payment& payment) {
  return charge.refunded_minor >= payment.refunded_minor &&
         charge.refunded_minor <= payment.refunded_minor + payment.refunding_minor;
}

}  // namespace

std::optional<Difference> compare(const ProviderCharge* charge, const Payment* payment) {
  if (payment && payment->status == PaymentStatus::pending) return std::nullopt;  // not decided yet
  if (!payment) {
    if (!charge || !has_money(*charge)) return std::nullopt;
    return difference("missing_here", charge, payment,
                      fmt::format("the provider has {}", charge->amount.str()));
  }
  if (!charge) {
    if (!is_paid(payment->status)) return std::nullopt;
    return difference("missing_there", charge, payment,
                      fmt::format("{} of {} here", name(payment->status), payment->amount.str()));
  }
  if (!is_paid(payment->status) && has_gone_back(*charge)) return std::nullopt;
  if (!status_agrees(*charge, *payment)) {
    return difference("status", charge, payment,
                      fmt::format("{} here, {} there", name(payment->status), name(charge->state)));
  }
  if (has_money(*charge) && charge->amount != payment->amount) {
    return difference(
        "amount", charge, payment,
        fmt::format("{} here, {} there", payment->amount.str(), charge->amount.str()));
  }
  if (!refunds_agree(*charge, *payment)) {
    return difference(
        "refunds", charge, payment,
        fmt::format("{} refunded here, {} there", payment->refunded_minor, charge->refunded_minor));
  }
  return std::nullopt;
}

Task<Reconciliation::Report> Reconciliation::run(Deadline deadline) {
  Report report;
  report.resolved = co_await recovery_.sweep(Recovery::Reach::everything);
  const auto began = clock_.now();
  for (auto* provider : providers_.all()) {
    Seen seen;
    const auto since = co_await compare_ledger(*provider, report, seen, deadline);
    co_await find_missing_there(*provider, report, seen, since, began, deadline);
    for (auto& difference : co_await disputes_.compare(*provider, deadline))
      report.differences.push_back(std::move(difference));
  }
  co_return report;
}

Task<Time> Reconciliation::compare_ledger(PaymentProvider& provider, Report& report, Seen& seen,
                                          Deadline deadline) {
  Time since{};
  std::string after;
  for (bool more = true; more;) {
    check_broken_off();
    const auto page = co_await provider.ledger(after, deadline);
    if (!page) cannot_read(provider);
    for (const auto& charge : page->charges) seen.insert(payment_of(charge));
    co_await compare_page(provider, page->charges, report, deadline);
    since = page->since.value_or(since);
    more = page->has_more && !page->charges.empty();
    if (more) after = page->charges.back().reference;
  }
  co_return since;
}

Task<> Reconciliation::compare_page(PaymentProvider& provider,
                                    const std::vector<ProviderCharge>& charges, Report& report,
                                    Deadline deadline) {
  std::vector<PaymentId> ids;
  for (const auto& charge : charges) ids.push_back(payment_of(charge));
  std::unordered_map<PaymentId, Payment> payments;
  for (auto& payment : co_await payments_.by_ids(everything(deadline), ids)) {
    payments.insert_or_assign(payment.id, std::move(payment));
  }
  for (const auto& charge : charges) {
    ++report.charges_compared;
    const auto found = payments.find(payment_of(charge));
    auto problem = compare(&charge, found == payments.end() ? nullptr : &found->second);
    if (problem && found != payments.end()) {
      problem = co_await look_again(provider, found->second, deadline);
    }
    if (problem) report.differences.push_back(*std::move(problem));
  }
  for (auto& difference : co_await fees_.book(charges, payments, deadline))
    report.differences.push_back(std::move(difference));
}

/// Payments that the ledger did not show. Those of the time since it was read are left to the next
/// run; what is older than the ledger is in no ledger any more.
Task<> Reconciliation::find_missing_there(PaymentProvider& provider, Report& report,
                                          const Seen& seen, Time since, Time began,
                                          Deadline deadline) {
  PaymentId after;
  for (bool more = true; more;) {
    const auto page = co_await payments_.paid_page(
        everything(deadline), std::string{provider.name()}, after, kReconciledAtOnce);
    more = page.size() == kReconciledAtOnce;
    for (const auto& payment : page) {
      after = payment.id;
      if (payment.created_at < since || payment.created_at >= began) continue;
      if (seen.contains(payment.id)) continue;
      if (auto problem = co_await look_again(provider, payment, deadline))
        report.differences.push_back(*std::move(problem));
    }
  }
}

Task<std::optional<Difference>> Reconciliation::look_again(PaymentProvider& provider,
                                                           const Payment& payment,
                                                           Deadline deadline) {
  check_broken_off();
  auto difference = co_await compare_now(provider, payment, deadline);
  if (!difference || difference->kind != "refunds") co_return difference;
  // One that came back explains it, and is known from now on.
  co_await recovery_.look_at_refunds(payment);
  co_return co_await compare_now(provider, payment, deadline);
}

void Reconciliation::check_broken_off() const {
  if (broken_off_) throw unavailable("The process stops.");
}

Task<std::optional<Difference>> Reconciliation::compare_now(PaymentProvider& provider,
                                                            const Payment& payment,
                                                            Deadline deadline) {
  const auto charge =
      co_await provider.find({payment.id.str(), payment.provider_reference}, deadline);
  if (!charge) cannot_read(provider);
  const auto payments = co_await payments_.by_ids(everything(deadline), {payment.id});
  co_return compare(*charge ? &**charge : nullptr, payments.empty() ? nullptr : &payments.front());
}

}  // namespace souk::payment
