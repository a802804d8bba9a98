#include "internal/models/payment.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "core/error.hpp"

namespace souk::payment {
namespace {

using enum PaymentStatus;

constexpr std::array<std::pair<PaymentStatus, std::string_view>, 7> kStatusNames{{
    {pending, "pending"},
    {authorized, "authorized"},
    {captured, "captured"},
    {declined, "declined"},
    {voided, "voided"},
    {partially_refunded, "partially_refunded"},
    {refunded, "refunded"},
}};

constexpr std::array<std::pair<PaymentStatus, PaymentStatus>, 13> kTransitions{{
    {pending, authorized},
    {pending, captured},
    {pending, declined},
    {pending, voided},
    {authorized, captured},
    {authorized, voided},
    {captured, partially_refunded},
    {captured, refunded},
    {partially_refunded, partially_refunded},
    {partially_refunded, refunded},
    {partially_refunded, captured},
    {refunded, partially_refunded},
    {refunded, captured},
}};

constexpr std::array<std::pair<RefundStatus, std::string_view>, 3> kRefundStatusNames{{
    {RefundStatus::pending, "pending"},
    {RefundStatus::succeeded, "succeeded"},
    {RefundStatus::failed, "failed"},
}};

template <class Table>
auto by_name(const Table& table, std::string_view name) {
  const auto found = std::ranges::find(table, name, [](const auto& entry) { return entry.second; });
  if (found == table.end()) throw std::logic_error{"a status that the schema does not allow"};
  return found->first;
}

template <class Table, class Status>
std::string_view name_in(const Table& table, Status status) {
  return std::ranges::find(table, status, [](const auto& entry) { return entry.first; })->second;
}

}  // namespace

std::string_view name(PaymentStatus status) { return name_in(kStatusNames, status); }
PaymentStatus payment_status(std::string_view name) { return by_name(kStatusNames, name); }

std::string_view name(RefundStatus status) { return name_in(kRefundStatusNames, status); }
RefundStatus refund_status(std::string_view name) { return by_name(kRefundStatusNames, name); }

bool may_become(PaymentStatus from, PaymentStatus to) {
  return std::ranges::find(kTransitions, std::pair{from, to}) != kTransitions.end();
}

bool is_final(PaymentStatus status) {
  return std::ranges::none_of(kTransitions,
                              [&](const auto& entry) { return entry.first == status; });
}

bool is_paid(PaymentStatus status) {
  return status == captured || status == partially_refunded || status == refunded;
}

Outcome Outcome::captured(std::string reference) {
  return {.status = PaymentStatus::captured, .provider_reference = std::move(reference)};
}

Outcome Outcome::declined(std::string code, std::string reference) {
  return {.status = PaymentStatus::declined,
          .provider_reference = std::move(reference),
          .decline_code = std::move(code)};
}

Outcome Outcome::never_sent(const Payment& payment) {
  auto outcome = declined(std::string{kProviderUnavailable});
  outcome.attempts = payment.attempts;
  return outcome;
}

Outcome Outcome::refused(const Payment& payment, std::string code) {
  auto outcome = declined(std::move(code));
  outcome.attempts = payment.attempts;
  outcome.unprepared = true;
  return outcome;
}

Outcome Outcome::voided() { return {.status = PaymentStatus::voided}; }

void Outcome::check() const {
  if (!may_become(pending, status)) throw std::logic_error{"no outcome of a payment"};
}

PaymentStatus status_after_refunds(std::int64_t captured_minor, std::int64_t refunded_minor) {
  if (refunded_minor == 0) return captured;
  return refunded_minor == captured_minor ? refunded : partially_refunded;
}

std::optional<Time> next_look(const Refund& refund, Time now) {
  constexpr std::chrono::days kFirst{1};
  constexpr std::chrono::days kLast{30};
  const auto age = now - refund.created_at;
  if (age > kLast) return std::nullopt;
  return now + std::max<Time::duration>(age, kFirst);
}

void check_refundable(const Payment& payment, const Money& amount) {
  if (!is_paid(payment.status)) {
    throw Error{Kind::conflict, "payment_not_captured", "There is no captured payment to refund."};
  }
  if (amount.currency() != payment.amount.currency()) {
    throw invalid_field("amount", "currency_mismatch", "A refund has the currency of its payment.");
  }
  if (amount.amount_minor() < 1) {
    throw invalid_field("amount", "out_of_range", "A refund is more than nothing.");
  }
  if (amount.amount_minor() > payment.refundable_minor()) {
    throw Error{Kind::validation,
                "refund_exceeds_capture",
                "The refunds of a payment cannot exceed what was captured.",
                {{"amount", "refund_exceeds_capture", "More than what is left of the payment."}}};
  }
}

}  // namespace souk::payment
