#include "internal/gateway/stripe_webhook.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include "core/text.hpp"
#include "internal/gateway/stripe_dispute.hpp"
#include "security/token.hpp"

namespace souk::payment {
namespace {

namespace json = boost::json;

/// As Stripe's own libraries have it: long enough for a slow network, too short to replay.
constexpr std::int64_t kToleranceSeconds = 300;

struct StripeSignature {
  std::string signed_at;                 ///< as it was signed, digit for digit
  std::vector<std::string_view> values;  ///< several while a secret is being changed
};

StripeSignature split_signature(std::string_view header) {
  StripeSignature signature;
  while (!header.empty()) {
    const auto end = std::min(header.find(','), header.size());
    const auto part = header.substr(0, end);
    if (part.starts_with("t=")) signature.signed_at = part.substr(2);
    if (part.starts_with("v1=")) signature.values.push_back(part.substr(3));
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return signature;
}

std::string hex_hmac(std::string_view signed_at, std::string_view body, std::string_view secret) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, text::octets(secret), secret.size());
  for (const auto part : {signed_at, std::string_view{"."}, body})
    crypto_auth_hmacsha256_update(&state, text::octets(part), part.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  std::string hex;
  for (const auto byte : mac) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string member_text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

/// The PaymentIntent that an event is about; "" where it is about something else.
std::string intent_of(std::string_view type, const json::object& object) {
  if (type.starts_with("payment_intent.")) return member_text(object, "id");
  if (type.starts_with("charge.") || type.starts_with("refund."))
    return member_text(object, "payment_intent");
  return {};
}

std::optional<WebhookNews> read_event(const json::value& document) {
  const auto& event = document.as_object();
  const auto type = member_text(event, "type");
  const auto& object = event.at("data").at("object").as_object();
  WebhookNews news{.event_id = std::string{event.at("id").as_string()},
                   .event_type = type,
                   .reference = intent_of(type, object)};
  if (news.reference.empty()) return std::nullopt;
  if (type.starts_with("charge.dispute.")) news.dispute = read_stripe_dispute(object);
  if (news.dispute)
    news.dispute->changed_at = Time{std::chrono::seconds{event.at("created").as_int64()}};
  return news;
}

}  // namespace

std::string sign_stripe_webhook(std::string_view body, std::int64_t at, std::string_view secret) {
  const auto signed_at = std::to_string(at);
  return fmt::format("t={},v1={}", signed_at, hex_hmac(signed_at, body, secret));
}

WebhookReading read_stripe_webhook(const WebhookRequest& request, std::string_view secret) {
  const auto header = request.headers.find("stripe-signature");
  if (header == request.headers.end()) return std::unexpected{WebhookRefusal::unsigned_or_forged};
  const auto signature = split_signature(header->second);
  const auto expected = hex_hmac(signature.signed_at, request.body, secret);
  bool genuine = false;
  for (const auto value : signature.values)
    genuine = security::constant_time_equal(value, expected) || genuine;
  const auto signed_at = whole_number(signature.signed_at);
  if (!genuine || !signed_at) return std::unexpected{WebhookRefusal::unsigned_or_forged};
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(request.now.time_since_epoch()).count();
  if (std::abs(now - *signed_at) > kToleranceSeconds)
    return std::unexpected{WebhookRefusal::too_old};
  try {
    return read_event(json::parse(request.body));
  } catch (const std::exception&) {
    return std::unexpected{WebhookRefusal::malformed};
  }
}

}  // namespace souk::payment
