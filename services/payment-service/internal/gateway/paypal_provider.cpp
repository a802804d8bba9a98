#include "internal/gateway/paypal_provider.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "http/uri.hpp"
#include "internal/gateway/paypal_amount.hpp"
#include "internal/gateway/paypal_dispute.hpp"
#include "internal/gateway/paypal_ledger.hpp"

namespace souk::payment {
namespace {

namespace json = boost::json;

/// PayPal forgets an order that nobody approved after three hours, or up to six by the account.
constexpr std::chrono::hours kOrderLife{6};

/// Refusals of a refund that no later attempt will change.
constexpr std::array<std::string_view, 12> kRefundRefusals{
    "CAPTURE_FULLY_REFUNDED",
    "REFUND_AMOUNT_EXCEEDED",
    "CAPTURE_STATUS_NOT_VALID",
    "REFUND_TIME_LIMIT_EXCEEDED",
    "PARTIAL_REFUND_NOT_ALLOWED",
    "REFUND_NOT_ALLOWED",
    "REFUND_CAPTURE_CURRENCY_MISMATCH",
    "CAPTURE_DISPUTED_PARTIAL_REFUND_NOT_ALLOWED",
    "MAX_NUMBER_OF_REFUNDS_EXCEEDED",
    "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK",
    "TRANSACTION_DISPUTED",
    "PENDING_CAPTURE"};

/// A refusal in PayPal's own shape, as against one of whatever stands between.
bool is_paypal_error(const http::ClientResponse& response) {
  const auto body = paypal::body_of(response);
  return !paypal::text_at(body, "/name").empty() && !paypal::text_at(body, "/debug_id").empty();
}

/// Of a refund.
bool has_failed(std::string_view status) { return status == "FAILED" || status == "CANCELLED"; }

json::value order_request(const ChargeOrder& order, const std::string& value) {
  return json::object{
      {"intent", "CAPTURE"},
      {"purchase_units",
       json::array{json::object{
           {"custom_id", order.idempotency_key},
           {"invoice_id", order.order_reference},
           {"amount", {{"currency_code", order.amount.currency().code()}, {"value", value}}}}}},
      {"payment_source",
       {{"paypal",
         {{"experience_context",
           {{"return_url", order.return_url},
            {"cancel_url", order.return_url},
            {"user_action", "PAY_NOW"},
            {"shipping_preference", "NO_SHIPPING"},
            {"payment_method_preference", "IMMEDIATE_PAYMENT_REQUIRED"}}}}}}}};
}

std::string order_path(std::string_view id) {
  return "/v2/checkout/orders/" + http::percent_encode(id);
}

std::string capture_path(std::string_view id) {
  return "/v2/payments/captures/" + http::percent_encode(id);
}

}  // namespace

PaypalProvider::PaypalProvider(boost::asio::io_context& loop, paypal::Account account,
                               paypal::CertificateSource certificates,
                               std::chrono::milliseconds timeout, const Clock& clock, Log& log)
    : clock_(clock),
      log_(log),
      client_(loop, account, timeout, log),
      webhooks_(account.webhook_id, std::move(certificates), log) {}

Doubt PaypalProvider::unexpected(const http::ClientResponse& response, std::string_view what) {
  const auto body = paypal::body_of(response);
  log_.warn("an unexpected reply of PayPal", {{"request", what},
                                              {"status", std::int64_t{response.status}},
                                              {"issue", paypal::issue_of(response)},
                                              {"debug_id", paypal::text_at(body, "/debug_id")}});
  return Doubt::unknown;
}

ProviderCharge PaypalProvider::nothing(const ProviderRef& payment, ChargeState state,
                                       std::string_view code) const {
  return {.reference = payment.reference,
          .idempotency_key = payment.idempotency_key,
          .state = state,
          .amount = Money::zero(Currency::from("USD")),
          .decline_code = std::string{code}};
}

/// Our keys are UUIDv7: their first 48 bits are the milliseconds at which they were made.
bool PaypalProvider::has_expired(const ProviderRef& payment) const {
  const auto key = Uuid::parse(payment.idempotency_key);
  if (!key) return false;
  std::int64_t made_at_ms = 0;
  for (int i = 0; i < 6; ++i) made_at_ms = made_at_ms << 8 | key->bytes()[i];
  return Time{std::chrono::milliseconds{made_at_ms}} + kOrderLife < clock_.now();
}

Task<Answer<Prepared>> PaypalProvider::prepare(ChargeOrder order, Deadline deadline) {
  const auto value = paypal::to_value(order.amount);
  const Prepared refused{.reference = {}, .decline_code = std::string{kMethodNotPossible}};
  if (!value) {
    log_.error("PayPal does not take such an amount", {{"amount", order.amount.str()}});
    co_return refused;
  }
  const auto response = co_await client_.send(
      paypal::post("/v2/checkout/orders", order_request(order, *value), order.idempotency_key),
      deadline);
  if (!response) co_return std::unexpected(response.error());
  if (response->status == 200 || response->status == 201) {
    auto id = paypal::text_at(paypal::body_of(*response), "/id");
    if (!id.empty()) co_return Prepared{.reference = std::move(id)};
  }
  const auto doubt = unexpected(*response, "create order");
  const bool final = response->status == 400 || response->status == 422;
  if (final && is_paypal_error(*response)) co_return refused;
  co_return std::unexpected(doubt);
}

/// The order of that id; nothing where PayPal has none.
Task<PaypalProvider::Found> PaypalProvider::get_order(std::string id, Deadline deadline) {
  const auto response = co_await client_.send({.target = order_path(id)}, deadline);
  if (!response) co_return std::unexpected(response.error());
  if (response->status == 404 && is_paypal_error(*response)) co_return std::nullopt;
  auto order =
      response->status == 200 ? paypal::read_order(paypal::body_of(*response)) : std::nullopt;
  if (!order) co_return std::unexpected(unexpected(*response, "get order"));
  co_return order;
}

/// The order that a capture is of; the capture alone where PayPal has forgotten the order.
Task<PaypalProvider::Found> PaypalProvider::get_by_capture(std::string id, Deadline deadline) {
  const auto response = co_await client_.send({.target = capture_path(id)}, deadline);
  if (!response) co_return std::unexpected(response.error());
  if (response->status == 404 && is_paypal_error(*response)) co_return std::nullopt;
  const auto body = paypal::body_of(*response);
  auto charge = response->status == 200 ? paypal::read_capture(body) : std::nullopt;
  if (!charge) co_return std::unexpected(unexpected(*response, "get capture"));
  auto order_id = paypal::text_at(body, "/supplementary_data/related_ids/order_id");
  if (!order_id.empty()) {
    auto order = co_await get_order(std::move(order_id), deadline);
    if (!order || *order) co_return order;
  }
  co_return paypal::Order{.id = {}, .approved = false, .charge = *std::move(charge)};
}

/// What a reference stands for: an order's id until the money is taken, a capture's id from then on.
/// Nothing where PayPal knows neither, which it says too early only about what is not its own.
Task<PaypalProvider::Found> PaypalProvider::look(ProviderRef payment, Deadline deadline) {
  auto order = co_await get_order(payment.reference, deadline);
  if (order && !*order) order = co_await get_by_capture(payment.reference, deadline);
  if (order && !*order && !has_expired(payment)) {
    log_.error("PayPal does not know a payment: are its keys those of the same account?",
               {{"payment_id", payment.idempotency_key}, {"reference", payment.reference}});
    co_return std::unexpected(Doubt::unknown);
  }
  co_return order;
}

Task<Answer<ProviderCharge>> PaypalProvider::charge(ProviderRef payment, ChargeOrder,
                                                    Deadline deadline) {
  const auto order = co_await look(payment, deadline);
  if (!order) co_return std::unexpected(order.error());
  if (!*order) co_return nothing(payment, ChargeState::declined, "abandoned");
  if (!(*order)->approved) co_return (*order)->charge;
  co_return co_await capture_order(std::move(payment), deadline);
}

Task<Answer<ProviderCharge>> PaypalProvider::capture_order(ProviderRef payment, Deadline deadline) {
  const auto response =
      co_await client_.send(paypal::post(order_path(payment.reference) + "/capture", nullptr,
                                         payment.idempotency_key + "-capture"),
                            deadline);
  if (!response) {
    // Sent or not: find() would not tell an order that nobody has captured from one that nobody will.
    co_return std::unexpected(response.error());
  }
  if (response->status == 200 || response->status == 201) {
    if (const auto order = paypal::read_order(paypal::body_of(*response))) co_return order->charge;
  } else if (const auto code = paypal::decline_code(paypal::issue_of(*response)); !code.empty()) {
    co_return co_await after_decline(std::move(payment), std::string{code}, deadline);
  }
  unexpected(*response, "capture order");
  // Captured before, not approved any more, ended: the order itself says which.
  const auto order = co_await look(payment, deadline);
  if (!order) co_return std::unexpected(Doubt::unknown);
  if (!*order || (*order)->approved) co_return std::unexpected(Doubt::unknown);
  co_return (*order)->charge;
}

/// A declined order stays open for another attempt at PayPal; ours is over, so it is ended first.
Task<Answer<ProviderCharge>> PaypalProvider::after_decline(ProviderRef payment, std::string code,
                                                           Deadline deadline) {
  auto ended = co_await cancel(payment, deadline);
  if (!ended) co_return std::unexpected(Doubt::unknown);
  if (ended->state != ChargeState::cancelled) co_return ended;
  co_return nothing(payment, ChargeState::declined, code);
}

Task<Answer<std::optional<ProviderCharge>>> PaypalProvider::find(ProviderRef payment,
                                                                 Deadline deadline) {
  if (payment.reference.empty()) co_return std::nullopt;
  const auto order = co_await look(payment, deadline);
  if (!order) co_return std::unexpected(order.error());
  if (!*order) co_return nothing(payment, ChargeState::declined, "abandoned");
  // Approved: there is something to do, and it is charge() that does it.
  if ((*order)->approved) co_return std::nullopt;
  co_return (*order)->charge;
}

/// False: it cannot be ended any more, or not yet.
Task<Answer<bool>> PaypalProvider::end(std::string order_id, Deadline deadline) {
  http::ClientRequest request{.method = http::Method::patch,
                              .target = order_path(order_id),
                              .body = json::serialize(json::array{json::object{
                                  {"op", "replace"}, {"path", "/intent"}, {"value", "AUTHORIZE"}}}),
                              .idempotent = true};
  request.headers.add("Content-Type", "application/json");
  const auto response = co_await client_.send(std::move(request), deadline);
  if (!response) co_return std::unexpected(response.error());
  if (response->status == 204 || response->status == 200) co_return true;
  if (is_paypal_error(*response) && response->status < 500 && response->status != 429)
    co_return false;
  co_return std::unexpected(unexpected(*response, "end order"));
}

Task<Answer<ProviderCharge>> PaypalProvider::cancel(ProviderRef payment, Deadline deadline) {
  auto cancelled = nothing(payment, ChargeState::cancelled, "");
  if (payment.reference.empty()) co_return cancelled;
  const auto ended = co_await end(payment.reference, deadline);
  if (!ended) co_return std::unexpected(ended.error());
  if (*ended) co_return cancelled;
  const auto order = co_await look(payment, deadline);
  if (!order) co_return std::unexpected(order.error());
  if (!*order) co_return cancelled;
  if ((*order)->approved) co_return std::unexpected(Doubt::unknown);
  // PayPal changes no order that waits for its payer. Nobody can capture it, either: charge() does so
  // only after it has seen it approved.
  if ((*order)->charge.state == ChargeState::requires_action) co_return cancelled;
  co_return (*order)->charge;
}

Task<Answer<ProviderCharge>> PaypalProvider::capture(ProviderRef payment, Deadline) {
  co_return nothing(payment, ChargeState::declined, kProviderUnavailable);
}

Task<Answer<ProviderRefund>> PaypalProvider::refund(RefundOrder order, Deadline deadline) {
  const auto value = paypal::to_value(order.amount);
  if (!value) co_return ProviderRefund{Verdict::refused};
  const json::value body = json::object{
      {"amount", {{"currency_code", order.amount.currency().code()}, {"value", *value}}}};
  const auto response =
      co_await client_.send(paypal::post(capture_path(order.charge_reference) + "/refund", body,
                                         order.idempotency_key + "-refund"),
                            deadline);
  if (!response) co_return std::unexpected(response.error());
  if (response->status == 200 || response->status == 201) {
    const auto made = paypal::body_of(*response);
    const auto status = paypal::text_at(made, "/status");
    auto id = paypal::text_at(made, "/id");
    if (status == "COMPLETED") co_return ProviderRefund{Verdict::done, std::move(id)};
    if (has_failed(status)) co_return ProviderRefund{Verdict::refused, std::move(id)};
    // PENDING: asking with the same key again tells what became of it.
    co_return std::unexpected(status == "PENDING" ? Doubt::unknown
                                                  : unexpected(*response, "refund"));
  }
  if (std::ranges::find(kRefundRefusals, paypal::issue_of(*response)) != kRefundRefusals.end())
    co_return ProviderRefund{Verdict::refused};
  co_return std::unexpected(unexpected(*response, "refund"));
}

Task<Answer<Verdict>> PaypalProvider::look_at_refund(RefundOrder order, Deadline deadline) {
  if (order.reference.empty()) co_return Verdict::done;  // nothing to ask by
  const auto response = co_await client_.send(
      {.target = "/v2/payments/refunds/" + http::percent_encode(order.reference)}, deadline);
  if (!response) co_return std::unexpected(response.error());
  const auto status = paypal::text_at(paypal::body_of(*response), "/status");
  if (response->status == 200 && has_failed(status)) co_return Verdict::refused;
  if (response->status == 200 && !status.empty()) co_return Verdict::done;
  co_return std::unexpected(unexpected(*response, "get refund"));
}

Task<Answer<LedgerPage>> PaypalProvider::ledger(std::string, Deadline deadline) {
  co_return co_await paypal::read_ledger(client_, clock_.now(), deadline);
}

Task<Answer<std::vector<Dispute>>> PaypalProvider::disputes(Deadline deadline) {
  return paypal::read_disputes(client_, deadline);
}

Task<WebhookReading> PaypalProvider::read_webhook(WebhookRequest request, Deadline deadline) {
  return webhooks_.read(std::move(request), deadline);
}

}  // namespace souk::payment
