#include "internal/gateway/sandbox_provider.hpp"

#include <array>
#include <utility>

#include <boost/json.hpp>

#include "http/uri.hpp"

namespace souk::payment {
namespace {

namespace json = boost::json;

/// As many as wait for the provider at one moment of a busy sale; past it they queue.
constexpr std::size_t kMaxConnections = 64;
/// Reconciliation reads the whole ledger: large pages, few round trips.
constexpr int kLedgerPage = 500;

// The provider's refusals. Whatever else it answers decides nothing: a 404 may come from anybody.
constexpr std::string_view kKeyCancelled = "key_cancelled";
constexpr std::string_view kInvalidRequest = "validation_failed";
constexpr std::string_view kNotCaptured = "charge_not_captured";
constexpr std::string_view kExceedsCapture = "refund_exceeds_capture";

constexpr std::array<std::pair<std::string_view, ChargeState>, 7> kStates{{
    {"requires_action", ChargeState::requires_action},
    {"processing", ChargeState::processing},
    {"authorized", ChargeState::authorized},
    {"captured", ChargeState::captured},
    {"declined", ChargeState::declined},
    {"voided", ChargeState::voided},
    {"cancelled", ChargeState::cancelled},
}};

ChargeState state_from(std::string_view name) {
  const auto* found =
      std::ranges::find(kStates, name, [](const auto& entry) { return entry.first; });
  if (found == kStates.end()) throw std::runtime_error{"unknown charge status"};
  return found->second;
}

std::string text(const json::value& value) { return std::string{value.as_string()}; }

/// Throws for anything that is not a charge as the API documents it.
ProviderCharge read_charge(const json::value& value) {
  const auto& object = value.as_object();
  const auto* decline_code = object.if_contains("decline_code");
  const auto* action_url = object.if_contains("action_url");
  return {.reference = text(object.at("id")),
          .idempotency_key = text(object.at("idempotency_key")),
          .state = state_from(object.at("status").as_string()),
          .amount = {object.at("amount").as_int64(), Currency::from(text(object.at("currency")))},
          .captured_minor = object.at("amount_captured").as_int64(),
          .refunded_minor = object.at("amount_refunded").as_int64(),
          .decline_code = decline_code ? text(*decline_code) : "",
          .action = action_url
                        ? std::optional{NextAction{
                              .type = "redirect", .url = text(*action_url), .client_secret = {}}}
                        : std::nullopt};
}

LedgerPage read_page(const json::value& value) {
  LedgerPage page{.has_more = value.at("has_more").as_bool()};
  for (const auto& item : value.at("items").as_array()) page.charges.push_back(read_charge(item));
  return page;
}

/// The reply read by `read`, or nothing where it is not what was asked for.
template <class Read>
auto understand(const http::ClientResponse& response, Read read)
    -> std::optional<decltype(read(json::value{}))> {
  try {
    return read(json::parse(response.body));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string code_of(const http::ClientResponse& response) {
  return understand(response, [](const json::value& value) { return text(value.at("code")); })
      .value_or("");
}

http::ClientRequest post(std::string target, const json::object& body) {
  http::ClientRequest request{.method = http::Method::post,
                              .target = std::move(target),
                              .body = json::serialize(body),
                              .idempotent = true};  // by key or by nature
  request.headers.add("Content-Type", "application/json");
  return request;
}

}  // namespace

std::string_view name(ChargeState state) {
  return std::ranges::find(kStates, state, [](const auto& entry) { return entry.second; })->first;
}

SandboxProvider::SandboxProvider(boost::asio::io_context& loop, std::string_view base_url,
                                 std::chrono::milliseconds timeout, Log& log)
    : client_(loop, base_url, {.max_connections = kMaxConnections}), timeout_(timeout), log_(log) {}

Task<Answer<http::ClientResponse>> SandboxProvider::send(http::ClientRequest request,
                                                         Deadline deadline) {
  request.deadline = std::min(deadline, std::chrono::steady_clock::now() + timeout_);
  try {
    co_return co_await client_.request(std::move(request));
  } catch (const http::ClientError& error) {
    log_.warn("the payment provider did not answer", {{"cause", error.cause}});
    co_return std::unexpected(error.delivery == http::Delivery::not_sent ? Doubt::not_sent
                                                                         : Doubt::unknown);
  }
}

Doubt SandboxProvider::unexpected(const http::ClientResponse& response, std::string_view what) {
  log_.warn(
      "an unexpected reply of the payment provider",
      {{"request", what}, {"status", std::int64_t{response.status}}, {"code", code_of(response)}});
  return Doubt::unknown;
}

Task<Answer<Prepared>> SandboxProvider::prepare(ChargeOrder order, Deadline) {
  co_return Prepared{.reference = std::move(order.idempotency_key)};
}

Task<Answer<ProviderCharge>> SandboxProvider::charge(ProviderRef, ChargeOrder order,
                                                     Deadline deadline) {
  json::object body{{"amount", order.amount.amount_minor()},
                    {"currency", order.amount.currency().code()},
                    {"token", order.token},
                    {"reference", order.order_reference}};
  if (!order.return_url.empty()) body["return_url"] = order.return_url;
  auto request = post("/v1/charges", body);
  request.headers.add("Idempotency-Key", order.idempotency_key);
  const auto response = co_await send(std::move(request), deadline);
  if (!response) co_return std::unexpected(response.error());

  if (response->status == 201 || response->status == 202 || response->status == 402) {
    if (auto charge = understand(*response, read_charge)) co_return *std::move(charge);
  } else if (const auto code = code_of(*response);
             code == kKeyCancelled || code == kInvalidRequest) {
    // Of all refusals, these two say that the provider has not taken this charge and never will.
    const bool cancelled = code == kKeyCancelled;
    co_return ProviderCharge{.idempotency_key = order.idempotency_key,
                             .state = cancelled ? ChargeState::cancelled : ChargeState::declined,
                             .amount = order.amount,
                             .decline_code = cancelled ? "" : "invalid_request"};
  }
  co_return std::unexpected(unexpected(*response, "charge"));
}

Task<Answer<std::optional<ProviderCharge>>> SandboxProvider::find(ProviderRef payment,
                                                                  Deadline deadline) {
  http::ClientRequest request{.target = "/v1/charges?idempotency_key=" +
                                        http::percent_encode(payment.idempotency_key)};
  const auto response = co_await send(std::move(request), deadline);
  if (!response) co_return std::unexpected(response.error());
  const auto page = response->status == 200 ? understand(*response, read_page) : std::nullopt;
  if (!page) co_return std::unexpected(unexpected(*response, "find"));
  if (page->charges.empty()) co_return std::nullopt;
  co_return page->charges.front();
}

Task<Answer<ProviderCharge>> SandboxProvider::cancel(ProviderRef payment, Deadline deadline) {
  const auto response = co_await send(
      post("/v1/charges/cancel", {{"idempotency_key", payment.idempotency_key}}), deadline);
  if (!response) co_return std::unexpected(response.error());
  auto charge = response->status == 200 ? understand(*response, read_charge) : std::nullopt;
  if (!charge) co_return std::unexpected(unexpected(*response, "cancel"));
  co_return *std::move(charge);
}

Task<Answer<ProviderCharge>> SandboxProvider::capture(ProviderRef payment, Deadline deadline) {
  const auto response =
      co_await send(post("/v1/charges/" + payment.reference + "/capture", {}), deadline);
  if (!response) co_return std::unexpected(response.error());
  auto charge = response->status == 200 ? understand(*response, read_charge) : std::nullopt;
  if (!charge) co_return std::unexpected(unexpected(*response, "capture"));
  co_return *std::move(charge);
}

Task<Answer<ProviderRefund>> SandboxProvider::refund(RefundOrder order, Deadline deadline) {
  auto request =
      post("/v1/charges/" + order.charge_reference + "/refunds",
           {{"amount", order.amount.amount_minor()}, {"currency", order.amount.currency().code()}});
  request.headers.add("Idempotency-Key", order.idempotency_key);
  const auto response = co_await send(std::move(request), deadline);
  if (!response) co_return std::unexpected(response.error());
  if (response->status == 201) co_return ProviderRefund{Verdict::done};
  const auto code = code_of(*response);
  if (code == kNotCaptured || code == kExceedsCapture || code == kInvalidRequest) {
    co_return ProviderRefund{Verdict::refused};
  }
  co_return std::unexpected(unexpected(*response, "refund"));
}

Task<Answer<LedgerPage>> SandboxProvider::ledger(std::string after, Deadline deadline) {
  http::ClientRequest request{.target =
                                  fmt::format("/v1/charges?after={}&limit={}", after, kLedgerPage)};
  const auto response = co_await send(std::move(request), deadline);
  if (!response) co_return std::unexpected(response.error());
  auto page = response->status == 200 ? understand(*response, read_page) : std::nullopt;
  if (!page) co_return std::unexpected(unexpected(*response, "ledger"));
  co_return *std::move(page);
}

}  // namespace souk::payment
