#include "services/payment-service/tests/fake_paypal.hpp"

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "services/payment-service/tests/fake_paypal_rules.hpp"

namespace souk::payment {
namespace {

namespace json = boost::json;
using fake::Refusal;
using fake::refuse;

constexpr std::string_view kOrders = "/v2/checkout/orders";
constexpr std::string_view kCaptures = "/v2/payments/captures/";
constexpr std::string_view kRefunds = "/v2/payments/refunds/";
constexpr std::string_view kDisputes = "/v1/customer/disputes";

http::Response error_reply(int status, std::string_view name, std::string_view issue,
                           std::string_view field) {
  const json::object detail{
      {"field", field}, {"issue", issue}, {"description", "As the documentation says."}};
  return http::json_response(status,
                             json::serialize(json::object{{"name", name},
                                                          {"message", "The request was refused."},
                                                          {"debug_id", "f0b6c8a1d2e34"},
                                                          {"details", json::array{detail}},
                                                          {"links", json::array{}}}));
}

json::value money_json(const Money& money) {
  return json::object{{"currency_code", money.currency().code()}, {"value", fake::decimal(money)}};
}

json::object link(std::string_view href, std::string_view rel, std::string_view method) {
  return {{"href", href}, {"rel", rel}, {"method", method}};
}

const Authority& the_authority() {
  static const Authority authority{"Root of the fake PayPal"};
  return authority;
}

const Authority::Signer& the_signer() {
  static const auto signer = the_authority().issue("messageverificationcerts.paypal.com");
  return signer;
}

}  // namespace

FakePaypal::FakePaypal(boost::asio::io_context& loop, const Clock& clock)
    : clock_(clock),
      loop_(loop),
      server_({&loop}, clock, {}, [this](const http::Request& request) { return handle(request); }),
      authority_(the_authority()),
      signer_(the_signer()) {}

Task<> FakePaypal::stop() {
  stopping_ = true;
  for (auto* timer : stalling_) timer->cancel();
  co_await server_.stop(std::chrono::milliseconds{500});
}

void FakePaypal::break_next(Fault fault, std::string what, int times) {
  fault_ = fault;
  fault_at_ = std::move(what);
  fault_times_ = times;
}

int FakePaypal::asked(const std::string& what) const {
  return static_cast<int>(std::ranges::count(asked_, what));
}

std::int64_t FakePaypal::money() const {
  std::int64_t sum = 0;
  for (const auto& [id, capture] : captures_) {
    if (capture.status == "COMPLETED") sum += capture.amount.amount_minor();
    sum -= refunded(id);
  }
  return sum;
}

std::int64_t FakePaypal::refunded(const std::string& capture_id) const {
  std::int64_t sum = 0;
  for (const auto& [id, refund] : refunds_) {
    if (refund.capture_id == capture_id && refund.status == "COMPLETED")
      sum += refund.amount.amount_minor();
  }
  return sum;
}

void FakePaypal::set_capture_status(const std::string& order_id, const std::string& status) {
  for (auto& [id, capture] : captures_) {
    if (capture.order_id == order_id) capture.status = status;
  }
}

std::string FakePaypal::new_id() { return fmt::format("5O190127TN36{:05}", ++last_id_); }

Task<http::Response> FakePaypal::stall() {
  boost::asio::steady_timer timer{loop_, std::chrono::seconds{stopping_ ? 0 : 30}};
  stalling_.insert(&timer);
  boost::system::error_code woken;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  stalling_.erase(&timer);
  co_return http::Response{.hang_up = true};
}

Task<http::Response> FakePaypal::handle(const http::Request& request) {
  const auto what = fmt::format("{} {}", http::name(request.method), request.path);
  asked_.push_back(what);
  const bool broken = fault_times_ > 0 && what.starts_with(fault_at_);
  if (broken) --fault_times_;
  if (broken && fault_ == Fault::error_before)
    co_return error_reply(500, "INTERNAL_SERVER_ERROR", "INTERNAL_SERVICE_ERROR", "");
  if (broken && fault_ == Fault::rate_limit)
    co_return error_reply(429, "RATE_LIMIT_REACHED", "RATE_LIMIT_REACHED", "");
  auto response = answer(request);
  if (broken && fault_ == Fault::stall_after) co_return co_await stall();
  if (broken) co_return error_reply(500, "INTERNAL_SERVER_ERROR", "INTERNAL_SERVICE_ERROR", "");
  co_return response;
}

http::Response FakePaypal::answer(const http::Request& request) {
  try {
    if (request.path == "/v1/oauth2/token") return token(request);
    const auto given = request.headers.get("Authorization").value_or("");
    if (!given.starts_with("Bearer ") || !tokens_.contains(std::string{given.substr(7)})) {
      return http::json_response(
          401,
          R"({"error":"invalid_token","error_description":"Token signature verification failed"})");
    }
    return route(request);
  } catch (const Refusal& refusal) {
    if (refusal.our_fault)
      complaints_.push_back(fmt::format("{} {}: {} {}", http::name(request.method), request.path,
                                        refusal.issue, refusal.field));
    return error_reply(refusal.status, refusal.name, refusal.issue, refusal.field);
  }
}

http::Response FakePaypal::token(const http::Request& request) {
  fake::check_token_request(request, kClientId, kSecret);
  const auto token = fmt::format("A21AA{}", ++last_id_);
  tokens_.insert(token);
  return http::json_response(200, json::serialize(json::object{{"scope", "https://uri.paypal.com/"},
                                                               {"access_token", token},
                                                               {"token_type", "Bearer"},
                                                               {"app_id", "APP-80W284485P519543T"},
                                                               {"expires_in", 31668},
                                                               {"nonce", "2020-04-03T15:35:36Z"}}));
}

http::Response FakePaypal::route(const http::Request& request) {
  using http::Method;
  std::string_view path = request.path;
  if (path == "/v1/reporting/transactions" && request.method == Method::get)
    return transactions(request);
  if (path.starts_with(kDisputes) && request.method == Method::get) return disputes(request);
  if (path == kOrders && request.method == Method::post) return create(request);
  const auto slash = path.rfind('/');
  const auto last = path.substr(slash + 1);
  const auto is_id = [&](std::string_view folder) { return path.substr(0, slash + 1) == folder; };
  if (path.starts_with(kOrders) && path.size() > kOrders.size() + 1) {
    const auto rest = path.substr(kOrders.size() + 1);
    const auto found = orders_.find(std::string{rest.substr(0, rest.find('/'))});
    if (found == orders_.end()) refuse(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID");
    if (rest.find('/') == std::string_view::npos && request.method == Method::get)
      return http::json_response(200, json::serialize(order_json(found->second)));
    if (rest.find('/') == std::string_view::npos && request.method == Method::patch)
      return patch(request, found->second);
    if (last == "capture" && request.method == Method::post) return capture(request, found->second);
  }
  if (is_id(kRefunds) && request.method == Method::get) {
    const auto found = refunds_.find(std::string{last});
    if (found == refunds_.end()) refuse(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID");
    return http::json_response(200, json::serialize(refund_json(found->second)));
  }
  if (path.starts_with(kCaptures)) {
    const auto rest = path.substr(kCaptures.size());
    const auto found = captures_.find(std::string{rest.substr(0, rest.find('/'))});
    if (found == captures_.end()) refuse(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID");
    if (is_id(kCaptures) && request.method == Method::get)
      return http::json_response(200, json::serialize(capture_json(found->second)));
    if (last == "refund" && request.method == Method::post) return refund(request, found->second);
  }
  refuse(404, "RESOURCE_NOT_FOUND", "NO_SUCH_PATH", "", fake::kOurFault);
}

std::optional<std::string> FakePaypal::replayed(const http::Request& request,
                                                const std::string& kind) {
  const auto found = keys_.find(fake::request_id(request));
  if (found == keys_.end()) return std::nullopt;
  if (found->second.kind != kind || found->second.request != request.path + request.body)
    refuse(422, "UNPROCESSABLE_ENTITY", "DUPLICATE_REQUEST_ID", "", fake::kOurFault);
  return found->second.id;
}

void FakePaypal::keep(const http::Request& request, const std::string& kind,
                      const std::string& id) {
  keys_[fake::request_id(request)] = {request.path + request.body, kind, id};
}

http::Response FakePaypal::create(const http::Request& request) {
  const auto wanted = fake::read_order_request(request);
  if (const auto id = replayed(request, "order"))
    return http::json_response(200, json::serialize(order_json(orders_.at(*id))));
  if (!refused_order_.empty())
    refuse(422, "UNPROCESSABLE_ENTITY", std::exchange(refused_order_, ""));
  Order order{.id = new_id(),
              .intent = "CAPTURE",
              .status = "PAYER_ACTION_REQUIRED",
              .custom_id = wanted.custom_id,
              .invoice_id = wanted.invoice_id,
              .return_url = wanted.return_url,
              .amount = wanted.amount,
              .captures = {}};
  keep(request, "order", order.id);
  const auto& kept = orders_.emplace(order.id, order).first->second;
  return http::json_response(
      201,
      json::serialize(fake::wants_representation(request)
                          ? order_json(kept)
                          : json::value{json::object{{"id", kept.id}, {"status", kept.status}}}));
}

http::Response FakePaypal::patch(const http::Request& request, Order& order) {
  const auto intent = fake::read_intent_patch(request);
  const bool waiting = order.status == "PAYER_ACTION_REQUIRED";
  if (order.status == "COMPLETED") refuse(422, "UNPROCESSABLE_ENTITY", "ORDER_ALREADY_COMPLETED");
  if (waiting && !patch_waiting_) refuse(422, "UNPROCESSABLE_ENTITY", "INVALID_PATCH_OPERATION");
  order.intent = intent;
  return {.status = 204};
}

http::Response FakePaypal::capture(const http::Request& request, Order& order) {
  fake::check_capture_request(request);
  const auto made = replayed(request, "capture");
  if (!made) {
    if (order.intent != "CAPTURE")
      refuse(422, "UNPROCESSABLE_ENTITY", "ACTION_DOES_NOT_MATCH_INTENT");
    if (order.status == "COMPLETED") refuse(422, "UNPROCESSABLE_ENTITY", "ORDER_ALREADY_CAPTURED");
    if (order.status != "APPROVED") refuse(422, "UNPROCESSABLE_ENTITY", "ORDER_NOT_APPROVED");
    if (!refused_capture_.empty())
      refuse(422, "UNPROCESSABLE_ENTITY", std::exchange(refused_capture_, ""));
    for (const auto& [id, other] : orders_) {
      if (id != order.id && other.invoice_id == order.invoice_id && other.status == "COMPLETED")
        refuse(422, "UNPROCESSABLE_ENTITY", "DUPLICATE_INVOICE_ID", "", fake::kOurFault);
    }
    Capture capture{.id = new_id(),
                    .order_id = order.id,
                    .status = std::exchange(capture_status_, "COMPLETED"),
                    .amount = std::exchange(capture_amount_, {}).value_or(order.amount),
                    .at = clock_.now()};
    order.status = "COMPLETED";
    order.captures.push_back(capture.id);
    keep(request, "capture", capture.id);
    captures_.emplace(capture.id, capture);
  }
  return http::json_response(
      made ? 200 : 201,
      json::serialize(fake::wants_representation(request)
                          ? order_json(order)
                          : json::value{json::object{{"id", order.id}, {"status", order.status}}}));
}

http::Response FakePaypal::refund(const http::Request& request, const Capture& capture) {
  const auto amount = fake::read_refund_request(request);
  if (const auto id = replayed(request, "refund"))
    return http::json_response(200, json::serialize(refund_json(refunds_.at(*id))));
  const auto left = capture.amount.amount_minor() - refunded(capture.id);
  if (amount.currency() != capture.amount.currency())
    refuse(422, "UNPROCESSABLE_ENTITY", "REFUND_CAPTURE_CURRENCY_MISMATCH");
  if (left == 0) refuse(422, "UNPROCESSABLE_ENTITY", "CAPTURE_FULLY_REFUNDED");
  if (amount.amount_minor() > left) refuse(422, "UNPROCESSABLE_ENTITY", "REFUND_AMOUNT_EXCEEDED");
  Refund refund{.id = new_id(),
                .capture_id = capture.id,
                .status = std::exchange(refund_status_, "COMPLETED"),
                .amount = amount};
  keep(request, "refund", refund.id);
  refunds_.emplace(refund.id, refund);
  return http::json_response(201, json::serialize(refund_json(refund)));
}

json::value FakePaypal::refund_json(const Refund& refund) const {
  return json::object{
      {"id", refund.id},
      {"status", refund.status},
      {"amount", money_json(refund.amount)},
      {"links",
       json::array{link(url() + "/v2/payments/refunds/" + refund.id, "self", "GET"),
                   link(url() + std::string{kCaptures} + refund.capture_id, "up", "GET")}}};
}

json::value FakePaypal::capture_json(const Capture& capture) const {
  const auto back = refunded(capture.id);
  const bool complete = capture.status == "COMPLETED";
  const auto status = !complete || back == 0                  ? capture.status
                      : back == capture.amount.amount_minor() ? "REFUNDED"
                                                              : "PARTIALLY_REFUNDED";
  const auto order = orders_.find(capture.order_id);
  json::object body{{"id", capture.id},
                    {"status", status},
                    {"amount", money_json(capture.amount)},
                    {"final_capture", true},
                    {"supplementary_data", {{"related_ids", {{"order_id", capture.order_id}}}}},
                    {"seller_receivable_breakdown",
                     {{"gross_amount", money_json(capture.amount)},
                      {"paypal_fee", money_json(Money{30, capture.amount.currency()})}}}};
  if (order != orders_.end()) body["custom_id"] = order->second.custom_id;
  if (capture.status == "DECLINED") body["processor_response"] = {{"response_code", "5120"}};
  return body;
}

json::value FakePaypal::order_json(const Order& order) const {
  json::array captures, refunds;
  for (const auto& id : order.captures) {
    captures.push_back(capture_json(captures_.at(id)));
    for (const auto& [refund_id, refund] : refunds_) {
      if (refund.capture_id == id) refunds.push_back(refund_json(refund));
    }
  }
  json::object unit{{"reference_id", "default"},
                    {"amount", money_json(order.amount)},
                    {"custom_id", order.custom_id},
                    {"invoice_id", order.invoice_id}};
  if (!captures.empty())
    unit["payments"] = {{"captures", std::move(captures)}, {"refunds", std::move(refunds)}};
  json::array links{link(url() + std::string{kOrders} + "/" + order.id, "self", "GET")};
  if (order.status == "PAYER_ACTION_REQUIRED")
    links.push_back(
        link("https://www.paypal.com/checkoutnow?token=" + order.id, "payer-action", "GET"));
  return json::object{{"id", order.id},
                      {"intent", order.intent},
                      {"status", order.status},
                      {"purchase_units", json::array{std::move(unit)}},
                      {"links", std::move(links)}};
}

FakePaypal::Webhook FakePaypal::webhook(const std::string& event_id, const std::string& type,
                                        const json::value& resource) const {
  auto body = json::serialize(json::object{{"id", event_id},
                                           {"event_version", "1.0"},
                                           {"create_time", to_rfc3339(clock_.now())},
                                           {"event_type", type},
                                           {"resource", resource}});
  auto headers = paypal_headers(signer_, kWebhookId, body, clock_.now(), kCertificateUrl);
  return {std::move(headers), std::move(body)};
}

}  // namespace souk::payment
