#include "internal/gateway/stripe_intent.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "internal/gateway/stripe_amount.hpp"

namespace souk::payment {
namespace {

namespace json = boost::json;

using Reason = std::pair<std::string_view, std::string_view>;

// docs.stripe.com/declines/codes; what is not listed is card_declined, and no more is said.
constexpr std::array<Reason, 16> kReasons{{
    {"insufficient_funds", "insufficient_funds"},
    {"withdrawal_count_limit_exceeded", "insufficient_funds"},
    {"expired_card", "expired_card"},
    {"invalid_expiry_month", "expired_card"},
    {"invalid_expiry_year", "expired_card"},
    {"authentication_required", "authentication_required"},
    {"authentication_not_handled", "authentication_required"},
    {"payment_intent_authentication_failure", "authentication_failed"},
    {"processing_error", "try_again"},
    {"try_again_later", "try_again"},
    {"issuer_not_available", "try_again"},
    {"reenter_transaction", "try_again"},
    {"approve_with_id", "try_again"},
    {"incorrect_cvc", "try_again"},
    {"incorrect_number", "try_again"},
    {"incorrect_zip", "try_again"},
}};

const json::object* object_in(const json::object& parent, std::string_view name) {
  const auto* value = parent.if_contains(name);
  return value && value->is_object() ? &value->get_object() : nullptr;
}

std::string string_in(const json::object& parent, std::string_view name) {
  const auto* value = parent.if_contains(name);
  return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

Money money_in(const json::object& parent, std::string_view name) {
  return from_stripe(parent.at(name).as_int64(), parent.at("currency").as_string()).value();
}

NextAction read_next_action(const json::object& intent) {
  NextAction action{
      .type = "stripe_sdk", .url = {}, .client_secret = string_in(intent, "client_secret")};
  const auto* next = object_in(intent, "next_action");
  if (const auto* redirect = next ? object_in(*next, "redirect_to_url") : nullptr) {
    action.type = "redirect";
    action.url = string_in(*redirect, "url");
  }
  return action;
}

/// What was given back, and what Stripe kept, where the charge is there in full.
void read_latest_charge(const json::object& intent, ProviderCharge& charge) {
  const auto* latest = object_in(intent, "latest_charge");
  if (!latest) return;
  charge.refunded_minor = money_in(*latest, "amount_refunded").amount_minor();
  const auto* transaction = object_in(*latest, "balance_transaction");
  if (!transaction || string_in(*transaction, "currency") != string_in(intent, "currency")) return;
  charge.fees_minor = money_in(*transaction, "fee").amount_minor();
}

void read_status(const json::object& intent, StripeIntent& read) {
  const auto status = string_in(intent, "status");
  const auto* failure = object_in(intent, "last_payment_error");
  auto& charge = read.charge;
  read.asked = true;
  if (status == "succeeded") {
    charge.state = ChargeState::captured;
  } else if (status == "requires_capture") {
    charge.state = ChargeState::authorized;
  } else if (status == "processing") {
    charge.state = ChargeState::processing;
  } else if (status == "requires_action") {
    charge.state = ChargeState::requires_action;
    charge.action = read_next_action(intent);
  } else if (status == "canceled" || status == "requires_payment_method" ||
             status == "requires_confirmation") {
    const bool ended = status == "canceled";
    charge.state = failure ? ChargeState::declined : ChargeState::cancelled;
    read.asked = ended || failure;
    read.can_be_retried = !ended && failure;
    if (failure) {
      charge.decline_code =
          decline_code_of(string_in(*failure, "code"), string_in(*failure, "decline_code"));
    }
  } else {
    throw std::runtime_error{"a status that this version of the API does not have"};
  }
}

}  // namespace

std::string decline_code_of(std::string_view code, std::string_view decline_code) {
  for (const auto& reason : {decline_code, code}) {
    const auto* found = std::ranges::find(kReasons, reason, &Reason::first);
    if (found != kReasons.end()) return std::string{found->second};
  }
  return "card_declined";
}

std::optional<StripeIntent> read_intent(const json::value& value) {
  if (!value.is_object() || string_in(value.get_object(), "object") != "payment_intent")
    return std::nullopt;
  const auto& intent = value.get_object();
  try {
    const auto amount = money_in(intent, "amount");
    StripeIntent read{.charge = {.reference = string_in(intent, "id"), .amount = amount}};
    if (const auto* metadata = object_in(intent, "metadata"))
      read.charge.idempotency_key = string_in(*metadata, "payment_id");
    const auto* received = intent.if_contains("amount_received");
    if (received) read.charge.captured_minor = money_in(intent, "amount_received").amount_minor();
    read_status(intent, read);
    read_latest_charge(intent, read.charge);
    return read;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace souk::payment
