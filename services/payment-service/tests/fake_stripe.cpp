#include "services/payment-service/tests/fake_stripe.hpp"

#include <charconv>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "internal/gateway/stripe_client.hpp"

namespace souk::payment {
namespace {

namespace json = boost::json;

FakeStripe::Intent& at(std::map<std::string, FakeStripe::Intent>& intents, const std::string& id) {
  return intents.at(id);
}

/// 1 to 100.
bool is_page_size(const std::string& text) {
  int size = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), size);
  return failure == std::errc{} && end == text.data() + text.size() && size >= 1 && size <= 100;
}

http::Response respond(int status, const json::object& body, bool replayed) {
  auto response = http::json_response(status, json::serialize(body));
  if (replayed) response.headers.add("Idempotent-Replayed", "true");
  return response;
}

}  // namespace

FakeStripe::FakeStripe(boost::asio::io_context& loop, const Clock& clock)
    : clock_(clock), loop_(loop), server_({&loop}, clock, {}, [this](const http::Request& request) {
        return handle(request);
      }) {}

Task<> FakeStripe::stop() {
  stopping_ = true;
  for (auto* timer : stalling_) timer->cancel();
  co_await server_.stop(std::chrono::milliseconds{500});
}

Task<http::Response> FakeStripe::stall() {
  boost::asio::steady_timer timer{loop_, std::chrono::seconds{stopping_ ? 0 : 30}};
  stalling_.insert(&timer);
  boost::system::error_code woken;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  stalling_.erase(&timer);
  co_return http::Response{.hang_up = true};
}

std::string FakeStripe::url() const { return fmt::format("http://127.0.0.1:{}", server_.port()); }

void FakeStripe::trouble(std::string path_end, StripeTrouble trouble, int times) {
  trouble_path_ = std::move(path_end);
  trouble_ = trouble;
  trouble_times_ = times;
}

StripeTrouble FakeStripe::next_trouble(std::string_view path) {
  if (trouble_times_ == 0 || !path.ends_with(trouble_path_)) return StripeTrouble::none;
  --trouble_times_;
  return trouble_;
}

Task<http::Response> FakeStripe::handle(const http::Request& request) {
  requests.push_back(fmt::format("{} {}", http::name(request.method), request.path));
  const auto trouble =
      request.method == http::Method::post ? next_trouble(request.path) : StripeTrouble::none;
  if (trouble == StripeTrouble::hang_up_before) co_return http::Response{.hang_up = true};
  if (trouble == StripeTrouble::too_many_requests) {
    const json::object error{{"type", "invalid_request_error"}, {"code", "rate_limit"}};
    co_return respond(429, {{"error", error}}, false);
  }
  const auto key = std::string{request.headers.get("Idempotency-Key").value_or("")};
  const bool replayed = !key.empty() && replies_.contains(key);
  const auto answer = once(request, trouble);
  if (trouble == StripeTrouble::hang_up_after) co_return http::Response{.hang_up = true};
  if (trouble == StripeTrouble::stall_after) co_return co_await stall();
  co_return respond(answer.status, answer.body, replayed);
}

/// A key stands for one request and its reply, a 500 included; what was turned away at the door is
/// not remembered.
FakeStripe::Answer FakeStripe::once(const http::Request& request, StripeTrouble trouble) {
  if (const auto problem = check(request); problem.status != 200) return problem;
  if (request.method == http::Method::get) return route(request, {});
  const std::string key{*request.headers.get("Idempotency-Key")};
  const auto text = request.path + "\n" + request.body;
  if (const auto known = replies_.find(key); known != replies_.end()) {
    if (known->second.request == text) return known->second.answer;
    return complain("a key for two requests", 400, "idempotency_error");
  }
  Form form;
  for (const auto& [name, value] : http::parse_query(request.body)) form[name] = value;
  const Answer broken{500, {{"error", json::object{{"type", "api_error"}}}}};
  auto answer = trouble == StripeTrouble::error_before ? broken : route(request, form);
  const bool refused_at_once = answer.status == 400 || answer.status == 404;
  if (trouble == StripeTrouble::error_after) answer = broken;
  if (!refused_at_once) replies_[key] = {text, answer};
  return answer;
}

FakeStripe::Answer FakeStripe::check(const http::Request& request) {
  if (request.headers.get("Authorization") != fmt::format("Bearer {}", kApiKey))
    return complain("a wrong key", 401, "invalid_request_error");
  if (request.headers.get("Stripe-Version") != kStripeVersion)
    return complain("another version", 400, "invalid_request_error");
  if (request.method != http::Method::post) return {};
  if (request.headers.get("Content-Type") != "application/x-www-form-urlencoded")
    return complain("no form", 400, "invalid_request_error");
  if (request.headers.get("Idempotency-Key").value_or("").empty())
    return complain("a POST without Idempotency-Key", 400, "invalid_request_error");
  return {};
}

FakeStripe::Answer FakeStripe::complain(std::string what, int status, std::string_view type,
                                        std::string_view code, std::string_view param) {
  json::object error{{"type", type}, {"message", what}};
  if (!code.empty()) error["code"] = code;
  if (!param.empty()) error["param"] = param;
  complaints_.push_back(std::move(what));
  return {status, {{"error", error}}};
}

FakeStripe::Answer FakeStripe::route(const http::Request& request, const Form& form) {
  constexpr std::string_view kIntents = "/v1/payment_intents";
  const bool get = request.method == http::Method::get;
  Form query;
  for (const auto& [name, value] : http::parse_query(request.query)) query[name] = value;
  if (request.path == "/v1/refunds") return get ? list_refunds(query) : refund(form);
  if (request.path == "/v1/disputes" && get) return list_disputes(query);
  if (request.path == kIntents) return get ? list_intents(query) : create(form);
  if (!request.path.starts_with(kIntents))
    return complain("no such path", 404, "invalid_request_error");
  const auto rest = request.path.substr(kIntents.size() + 1);
  const auto slash = rest.find('/');
  const auto id = rest.substr(0, slash);
  if (!intents.contains(id))
    return complain("no such intent", 404, "invalid_request_error", "resource_missing", "intent");
  auto& intent = at(intents, id);
  if (get) {
    if (auto unknown = unknown_parameter(query, {"expand[]"})) return *unknown;
    return show(intent, query);
  }
  const auto what = slash == std::string::npos ? "" : rest.substr(slash + 1);
  if (what == "confirm") return confirm(intent, form);
  if (what == "cancel") return cancel(intent, form);
  if (what == "capture") return capture(intent, form);
  return complain("no such path", 404, "invalid_request_error");
}

std::optional<FakeStripe::Answer> FakeStripe::unknown_parameter(
    const Form& form, const std::set<std::string>& known) {
  for (const auto& [name, value] : form) {
    if (known.contains(name) || name.starts_with("metadata[")) continue;
    return complain("Received unknown parameter: " + name, 400, "invalid_request_error",
                    "parameter_unknown", name);
  }
  return wrong_value(form);
}

/// What may only be one of some values, or a number within bounds.
std::optional<FakeStripe::Answer> FakeStripe::wrong_value(const Form& form) {
  const std::map<std::string, std::set<std::string>> values{
      {"capture_method", {"automatic", "automatic_async", "manual"}},
      {"cancellation_reason", {"duplicate", "fraudulent", "requested_by_customer", "abandoned"}},
      {"payment_method_data[type]", {"card"}},
      {"expand[]",
       {"latest_charge", "latest_charge.balance_transaction",
        "data.latest_charge.balance_transaction"}}};
  for (const auto& [name, value] : form) {
    const auto known = values.find(name);
    const bool page = name == "limit" && !is_page_size(value);
    const bool address = name == "return_url" && !value.starts_with("http");
    if (page || address || (known != values.end() && !known->second.contains(value)))
      return complain("Invalid " + name + ": " + value, 400, "invalid_request_error", {}, name);
  }
  return std::nullopt;
}

FakeStripe::Answer FakeStripe::show(const Intent& intent, const Form& form) {
  const auto wanted = form.find("expand[]");
  const auto what = wanted == form.end() ? "" : wanted->second;
  return {200, to_json(intent, what == "latest_charge"         ? Shown::charge
                               : what.ends_with("transaction") ? Shown::charge_and_transaction
                                                               : Shown::its_id)};
}

const FakeStripe::Intent& FakeStripe::only() const {
  if (intents.size() != 1) throw std::logic_error{"not one intent"};
  return intents.begin()->second;
}

std::int64_t FakeStripe::money() const {
  std::int64_t sum = 0;
  for (const auto& [id, intent] : intents) sum += intent.received - intent.refunded;
  return sum;
}

std::string FakeStripe::event(const std::string& type, const std::string& intent) const {
  json::object object = to_json(intents.at(intent));
  if (type.starts_with("refund.") || type == "charge.refund.updated")
    object = to_json(refunds.back());
  if (type.starts_with("charge.dispute.")) {
    for (const auto& [id, dispute] : disputes)
      if (dispute.intent == intent) object = to_json(dispute);
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now().time_since_epoch());
  return json::serialize(json::object{{"id", "evt_" + type + intent},
                                      {"object", "event"},
                                      {"type", type},
                                      {"created", now.count()},
                                      {"data", json::object{{"object", object}}}});
}

}  // namespace souk::payment
