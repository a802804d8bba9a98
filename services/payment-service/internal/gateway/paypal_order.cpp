#include "internal/gateway/paypal_order.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>

#include "internal/gateway/paypal_amount.hpp"
#include "internal/gateway/paypal_client.hpp"

namespace souk::payment::paypal {
namespace {

namespace json = boost::json;

constexpr std::string_view kDeclined = "card_declined";

constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kDeclines{{
    {"INSTRUMENT_DECLINED", kDeclined},
    {"TRANSACTION_REFUSED", kDeclined},
    {"TRANSACTION_BLOCKED_BY_PAYEE", kDeclined},
    {"PAYEE_BLOCKED_TRANSACTION", kDeclined},
    {"PAYER_ACCOUNT_RESTRICTED", kDeclined},
    {"PAYER_ACCOUNT_LOCKED_OR_CLOSED", kDeclined},
    {"PAYER_CANNOT_PAY", kDeclined},
    {"COMPLIANCE_VIOLATION", kDeclined},
    {"CARD_CLOSED", kDeclined},
    {"CARD_EXPIRED", "expired_card"},
    {"MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", "try_again"},
    {"REDIRECT_PAYER_FOR_ALTERNATE_FUNDING", "insufficient_funds"},
    {"TRANSACTION_RECEIVING_LIMIT_EXCEEDED", kDeclined},
    {"TRANSACTION_LIMIT_EXCEEDED", kDeclined},
    {"ORDER_EXPIRED", "abandoned"},
    {"DOMESTIC_TRANSACTION_REQUIRED", kDeclined},
    {"DUPLICATE_INVOICE_ID", "try_again"},
    // Of the processor, beside a capture that is DECLINED or FAILED.
    {"5120", "insufficient_funds"},
    {"5400", "expired_card"},
    {"PPEX", "expired_card"},
    {"5180", "authentication_failed"},
    {"00N1", "try_again"},
}};

const json::array* list_at(const json::value& value, std::string_view pointer) {
  boost::system::error_code absent;
  const auto* found = value.find_pointer(pointer, absent);
  return found ? found->if_array() : nullptr;
}

std::optional<Money> amount_at(const json::value& value, const std::string& pointer) {
  return from_value(text_at(value, pointer + "/value"), text_at(value, pointer + "/currency_code"));
}

bool is_dead(std::string_view status) { return status == "DECLINED" || status == "FAILED"; }

/// The one that counts: a customer may have been declined before he paid.
const json::value* last_capture(const json::value& order) {
  const auto* captures = list_at(order, "/purchase_units/0/payments/captures");
  if (!captures || captures->empty()) return nullptr;
  const auto alive = std::ranges::find_if(
      *captures, [](const auto& capture) { return !is_dead(text_at(capture, "/status")); });
  return alive == captures->end() ? &captures->back() : &*alive;
}

std::int64_t refunded(const json::value& order) {
  std::int64_t sum = 0;
  const auto* refunds = list_at(order, "/purchase_units/0/payments/refunds");
  if (!refunds) return 0;
  for (const auto& refund : *refunds) {
    const auto status = text_at(refund, "/status");
    const auto amount = amount_at(refund, "/amount");
    if (amount && (status == "COMPLETED" || status == "PENDING")) sum += amount->amount_minor();
  }
  return sum;
}

std::string action_url(const json::value& order) {
  const auto* links = list_at(order, "/links");
  if (!links) return {};
  for (const std::string_view wanted : {"payer-action", "approve"}) {
    for (const auto& link : *links) {
      if (text_at(link, "/rel") == wanted) return text_at(link, "/href");
    }
  }
  return {};
}

std::optional<ChargeState> capture_state(std::string_view status) {
  if (status == "COMPLETED" || status == "PARTIALLY_REFUNDED" || status == "REFUNDED")
    return ChargeState::captured;
  if (status == "PENDING") return ChargeState::processing;
  if (is_dead(status)) return ChargeState::declined;
  return std::nullopt;
}

std::string why_declined(const json::value& capture) {
  const auto code = decline_code(text_at(capture, "/processor_response/response_code"));
  return std::string{code.empty() ? kDeclined : code};
}

/// Before anything was captured.
std::optional<ChargeState> order_state(std::string_view status, std::string_view intent) {
  // Ours are all made to be captured: one that is not has been ended (Provider::cancel).
  if (status == "VOIDED" || intent != "CAPTURE") return ChargeState::cancelled;
  if (status == "CREATED" || status == "SAVED" || status == "APPROVED" ||
      status == "PAYER_ACTION_REQUIRED") {
    return ChargeState::requires_action;
  }
  return std::nullopt;
}

}  // namespace

std::string_view decline_code(std::string_view issue) {
  const auto* found =
      std::ranges::find(kDeclines, issue, [](const auto& entry) { return entry.first; });
  return found == kDeclines.end() ? std::string_view{} : found->second;
}

std::optional<ProviderCharge> read_capture(const json::value& value) {
  const auto amount = amount_at(value, "/amount");
  const auto status = text_at(value, "/status");
  const auto state = capture_state(status);
  auto id = text_at(value, "/id");
  if (!amount || !state || id.empty()) return std::nullopt;
  ProviderCharge charge{.reference = std::move(id),
                        .idempotency_key = text_at(value, "/custom_id"),
                        .state = *state,
                        .amount = *amount};
  if (*state == ChargeState::captured) charge.captured_minor = amount->amount_minor();
  if (*state == ChargeState::declined) charge.decline_code = why_declined(value);
  if (status == "REFUNDED") charge.refunded_minor = charge.captured_minor;
  if (const auto fee = amount_at(value, "/seller_receivable_breakdown/paypal_fee"))
    charge.fees_minor = fee->amount_minor();
  return charge;
}

std::optional<Order> read_order(const json::value& value) {
  Order order{.id = text_at(value, "/id"),
              .charge = {.amount = Money::zero(Currency::from("USD"))}};
  const auto amount = amount_at(value, "/purchase_units/0/amount");
  if (order.id.empty() || !amount) return std::nullopt;
  const auto key = text_at(value, "/purchase_units/0/custom_id");
  if (const auto* capture = last_capture(value)) {
    auto charge = read_capture(*capture);
    if (!charge) return std::nullopt;
    order.charge = *std::move(charge);
    order.charge.idempotency_key = key;
    order.charge.refunded_minor = std::max(order.charge.refunded_minor, refunded(value));
    return order;
  }
  const auto status = text_at(value, "/status");
  const auto state = order_state(status, text_at(value, "/intent"));
  if (!state) return std::nullopt;
  order.approved = *state == ChargeState::requires_action && status == "APPROVED";
  order.charge = {
      .reference = order.id, .idempotency_key = key, .state = *state, .amount = *amount};
  if (*state == ChargeState::requires_action && !order.approved)
    order.charge.action =
        NextAction{.type = "redirect", .url = action_url(value), .client_secret = {}};
  return order;
}

}  // namespace souk::payment::paypal
