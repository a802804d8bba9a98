#include "internal/gateway/paypal_webhook.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <zlib.h>

#include "core/error.hpp"
#include "internal/gateway/paypal_dispute.hpp"

namespace souk::payment::paypal {
namespace {

namespace json = boost::json;

/// PayPal sends again for three days what was not taken.
constexpr std::chrono::hours kOldestMessage{4 * 24};
constexpr std::chrono::minutes kClockAhead{5};
constexpr std::string_view kAlgorithm = "SHA256withRSA";

struct Envelope {
  std::string id, time, signature, certificate_url, algorithm;
};

std::optional<Envelope> read_envelope(const std::map<std::string, std::string>& headers) {
  const auto header = [&](const char* name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string{} : found->second;
  };
  Envelope envelope{.id = header("paypal-transmission-id"),
                    .time = header("paypal-transmission-time"),
                    .signature = header("paypal-transmission-sig"),
                    .certificate_url = header("paypal-cert-url"),
                    .algorithm = header("paypal-auth-algo")};
  const bool whole = !envelope.id.empty() && !envelope.time.empty() &&
                     !envelope.signature.empty() && !envelope.certificate_url.empty();
  if (!whole || envelope.algorithm != kAlgorithm) return std::nullopt;
  return envelope;
}

bool is_fresh(const std::string& sent, Time now) {
  try {
    const auto at = from_rfc3339(sent);
    return at > now - kOldestMessage && at < now + kClockAhead;
  } catch (const Error&) {
    return false;
  }
}

std::string from_base64(const std::string& text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
    return {};
  bytes.resize(size);
  return bytes;
}

bool is_signed_by(EVP_PKEY* key, std::string_view text, const std::string& signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free};
  if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1) return false;
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

/// The last part of the link `up`, which leads from a refund to its capture.
std::string parent(const json::value& resource) {
  boost::system::error_code absent;
  const auto* links = resource.find_pointer("/links", absent);
  if (!links || !links->is_array()) return {};
  for (const auto& link : links->get_array()) {
    const auto href = text_at(link, "/href");
    if (text_at(link, "/rel") == "up") return href.substr(href.rfind('/') + 1);
  }
  return {};
}

std::string either(std::string first, std::string second) {
  return first.empty() ? std::move(second) : std::move(first);
}

WebhookReading read_event(const std::string& body) {
  boost::system::error_code failure;
  const auto event = json::parse(body, failure);
  const auto* resource = failure ? nullptr : event.find_pointer("/resource", failure);
  WebhookNews news{.event_id = failure ? "" : text_at(event, "/id"),
                   .event_type = failure ? "" : text_at(event, "/event_type")};
  if (!resource || news.event_id.empty()) return std::unexpected(WebhookRefusal::malformed);
  if (news.event_type.starts_with("CHECKOUT.ORDER.")) {
    news.idempotency_key = text_at(*resource, "/purchase_units/0/custom_id");
    news.reference = text_at(*resource, "/id");
  } else if (news.event_type == "PAYMENT.CAPTURE.REFUNDED" ||
             news.event_type == "PAYMENT.CAPTURE.REVERSED" ||
             news.event_type.starts_with("PAYMENT.REFUND.")) {
    news.reference = parent(*resource);
  } else if (news.event_type.starts_with("PAYMENT.CAPTURE.")) {
    news.idempotency_key = text_at(*resource, "/custom_id");
    news.reference = either(text_at(*resource, "/supplementary_data/related_ids/order_id"),
                            text_at(*resource, "/id"));
  } else if (news.event_type.starts_with("CUSTOMER.DISPUTE.")) {
    news.dispute = read_dispute(*resource);
    if (!news.dispute) return std::unexpected(WebhookRefusal::malformed);
    news.idempotency_key = text_at(*resource, "/disputed_transactions/0/custom");
    news.reference = news.dispute->reference;
  } else {
    return std::nullopt;
  }
  return news;
}

}  // namespace

std::string signed_text(std::string_view transmission_id, std::string_view time,
                        std::string_view webhook_id, std::string_view body) {
  const auto checksum =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return fmt::format("{}|{}|{}|{}", transmission_id, time, webhook_id, checksum);
}

Task<WebhookReading> WebhookReader::read(WebhookRequest request, Deadline deadline) {
  if (webhook_id_.empty()) co_return std::unexpected(WebhookRefusal::not_expected);
  const auto envelope = read_envelope(request.headers);
  if (!envelope) co_return std::unexpected(WebhookRefusal::unsigned_or_forged);
  if (!is_fresh(envelope->time, request.now)) co_return std::unexpected(WebhookRefusal::too_old);
  const auto key = co_await certificates_.key(envelope->certificate_url, request.now, deadline);
  if (!key) co_return std::unexpected(key.error());
  const auto text = signed_text(envelope->id, envelope->time, webhook_id_, request.body);
  if (!is_signed_by(key->get(), text, from_base64(envelope->signature)))
    co_return std::unexpected(WebhookRefusal::unsigned_or_forged);
  try {
    co_return read_event(request.body);
  } catch (const Error&) {  // a time that is none
    co_return std::unexpected(WebhookRefusal::malformed);
  }
}

}  // namespace souk::payment::paypal
