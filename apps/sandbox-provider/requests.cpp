#include "requests.hpp"

#include <algorithm>
#include <initializer_list>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "core/error.hpp"

namespace souk::sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxKey = 255;
constexpr std::size_t kMaxText = 255;
/// 99,999,999.99 in a currency with cents, as card schemes bound a charge.
constexpr std::int64_t kMaxAmount = 9'999'999'999;

json::object read_object(const http::Request& request,
                         std::initializer_list<std::string_view> known) {
  boost::system::error_code failure;
  auto document = json::parse(request.body, failure);
  if (failure || !document.is_object()) {
    throw Error{Kind::malformed, "malformed_json", "The body is no JSON object."};
  }
  for (const auto& [name, value] : document.get_object()) {
    if (std::ranges::find(known, std::string_view{name}) == known.end()) {
      throw invalid_field(name, "unknown_field", "There is no such field.");
    }
  }
  return std::move(document.get_object());
}

std::string read_text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value || !value->is_string() || value->get_string().empty() ||
      value->get_string().size() > kMaxText) {
    throw invalid_field(std::string{name}, "invalid",
                        fmt::format("A text of 1 to {} bytes is needed.", kMaxText));
  }
  return std::string{value->get_string()};
}

Money read_money(const json::object& object) {
  const auto* amount = object.if_contains("amount");
  if (!amount || !amount->is_int64() || amount->get_int64() < 1 ||
      amount->get_int64() > kMaxAmount) {
    throw invalid_field(
        "amount", "out_of_range",
        fmt::format("An integer from 1 to {} (minor units) is needed.", kMaxAmount));
  }
  return {amount->get_int64(), Currency::from(read_text(object, "currency"))};
}

bool read_capture(const json::object& object) {
  const auto* capture = object.if_contains("capture");
  if (capture && !capture->is_bool())
    throw invalid_field("capture", "invalid", "true or false is needed.");
  return !capture || capture->get_bool();
}

std::string read_return_url(const json::object& object) {
  if (!object.contains("return_url")) return {};
  auto url = read_text(object, "return_url");
  const bool printable = std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; });
  if (!printable || !(url.starts_with("http://") || url.starts_with("https://"))) {
    throw invalid_field("return_url", "invalid", "An http or https URL is needed.");
  }
  return url;
}

bool visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '!' && c <= '~'; });
}

}  // namespace

std::string read_idempotency_key(const http::Request& request) {
  const auto key = request.headers.get("Idempotency-Key");
  if (!key || key->empty()) {
    throw Error{Kind::malformed, "idempotency_key_required",
                "The Idempotency-Key header is required."};
  }
  if (key->size() > kMaxKey || !visible_ascii(*key)) {
    throw Error{Kind::malformed, "invalid_idempotency_key",
                "An Idempotency-Key is 1 to 255 visible ASCII characters."};
  }
  return std::string{*key};
}

ChargeRequest read_charge_request(const http::Request& request) {
  auto key = read_idempotency_key(request);
  const auto object =
      read_object(request, {"amount", "currency", "token", "reference", "capture", "return_url"});
  return {.idempotency_key = std::move(key),
          .amount = read_money(object),
          .token = read_text(object, "token"),
          .reference = read_text(object, "reference"),
          .capture = read_capture(object),
          .return_url = read_return_url(object)};
}

Money read_refund_amount(const http::Request& request) {
  return read_money(read_object(request, {"amount", "currency"}));
}

std::string read_cancelled_key(const http::Request& request) {
  return read_text(read_object(request, {"idempotency_key"}), "idempotency_key");
}

std::string to_json(const Charge& charge, std::string_view origin) {
  json::object object{{"id", charge.id.str()},
                      {"status", name(charge.status)},
                      {"amount", charge.amount.amount_minor()},
                      {"currency", charge.amount.currency().code()},
                      {"amount_captured", charge.captured_minor},
                      {"amount_refunded", charge.refunded_minor},
                      {"reference", charge.reference},
                      {"idempotency_key", charge.idempotency_key},
                      {"created_at", to_rfc3339(charge.created_at)}};
  if (!charge.decline_code.empty()) object["decline_code"] = charge.decline_code;
  if (charge.status == ChargeStatus::requires_action) {
    object["action_url"] = fmt::format("{}/v1/charges/{}/approval", origin, charge.id.str());
  }
  return json::serialize(object);
}

std::string to_json(const Refund& refund) {
  return json::serialize(json::object{{"id", refund.id.str()},
                                      {"charge_id", refund.charge_id.str()},
                                      {"status", "succeeded"},
                                      {"amount", refund.amount.amount_minor()},
                                      {"currency", refund.amount.currency().code()},
                                      {"created_at", to_rfc3339(refund.created_at)}});
}

}  // namespace souk::sandbox
