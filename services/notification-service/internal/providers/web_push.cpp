#include "internal/providers/web_push.hpp"

#include <algorithm>
#include <array>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "http/public_address.hpp"
#include "http/uri.hpp"
#include "internal/providers/replies.hpp"
#include "internal/providers/signed_token.hpp"
#include "internal/providers/web_push_message.hpp"
#include "security/base64url.hpp"

namespace souk::notification {
namespace {

using namespace std::chrono_literals;

/// Google, Mozilla, Apple, Microsoft, and room for those who run their own.
constexpr std::size_t kMaxClients = 16;
constexpr std::size_t kMaxEndpoint = 2'048;
/// RFC 8292 allows a day; the clocks of push services are not ours.
constexpr auto kTokenLifetime = 12h;
/// They answer with a status and little else.
constexpr std::size_t kMaxReply = 64 * 1024;

Error bad_endpoint(std::string why) {
  return invalid_field("endpoint", "invalid_format", std::move(why));
}

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

PushEndpoint parse_push_endpoint(std::string_view endpoint, bool private_too) {
  const auto query = std::min(endpoint.find('?'), endpoint.size());
  http::Url url;
  try {
    url = http::parse_url(endpoint.substr(0, query));
  } catch (const std::invalid_argument&) {
    throw bad_endpoint("Must be the URL of a push service.");
  }
  const bool visible =
      std::ranges::all_of(endpoint, [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
  if (!visible || endpoint.size() > kMaxEndpoint) {
    throw bad_endpoint("Must be the URL of a push service.");
  }
  if (!private_too && !url.tls) throw bad_endpoint("Must begin with https.");
  if (!private_too && http::is_private_literal(url.host)) {
    throw bad_endpoint("Must be a public address.");
  }
  auto path = url.path.empty() ? "/" : url.path;
  return {.origin = fmt::format("{}://{}", url.tls ? "https" : "http", url.authority()),
          .target = std::move(path).append(endpoint.substr(query))};
}

WebPush::WebPush(boost::asio::io_context& loop, const Clock& clock, Random& random,
                 Settings settings)
    : loop_(loop), clock_(clock), random_(random), settings_(std::move(settings)) {}

const P256KeyPair& WebPush::key() const {
  if (!key_) throw unavailable("The push key has not been read yet.");
  return *key_;
}

std::shared_ptr<http::Client> WebPush::client_to(const std::string& origin) {
  const auto known = std::ranges::find(clients_, origin, &decltype(clients_)::value_type::first);
  if (known != clients_.end()) {
    clients_.splice(clients_.begin(), clients_, known);
    return clients_.front().second;
  }
  http::ClientSettings settings{.max_connections = 8, .max_response = kMaxReply};
  settings.public_only = !settings_.private_too;
  clients_.emplace_front(origin, std::make_shared<http::Client>(loop_, origin, settings));
  if (clients_.size() > kMaxClients) clients_.pop_back();  // who is using it still holds it
  return clients_.front().second;
}

std::string WebPush::authorization(const std::string& origin) const {
  const auto ends = std::chrono::floor<std::chrono::seconds>(clock_.now() + kTokenLifetime);
  const auto token = signed_token(
      {{"typ", "JWT"}, {"alg", "ES256"}},
      {{"aud", origin}, {"exp", ends.time_since_epoch().count()}, {"sub", settings_.subject}},
      [this](std::string_view text) { return key().sign(text); });
  return fmt::format("vapid t={}, k={}", token, security::base64url::encode(key().public_point()));
}

http::ClientRequest WebPush::request(const Device& device, const Notice& notice,
                                     const PushEndpoint& endpoint) {
  const auto text = boost::json::serialize(boost::json::object{{"id", notice.id},
                                                               {"kind", notice.kind},
                                                               {"title", notice.title},
                                                               {"text", notice.text},
                                                               {"url", notice.url}});
  if (text.size() > kMaxPushText) {
    throw Error{Kind::validation, "push_too_long", "The message is too long for a push service."};
  }
  std::array<std::uint8_t, 16> salt{};
  random_.fill(salt);
  http::ClientRequest request{.method = http::Method::post, .target = endpoint.target};
  request.body = encrypt_push(text, text_of(device.p256dh), text_of(device.auth),
                              P256KeyPair::generate(random_), salt);
  request.idempotent = true;  // by its topic
  request.headers.add("Authorization", authorization(endpoint.origin));
  request.headers.add("Content-Encoding", "aes128gcm");
  request.headers.add("Content-Type", "application/octet-stream");
  request.headers.add("TTL", std::to_string(notice.ttl.count()));
  request.headers.add("Urgency", "normal");
  // RFC 8030: one that is sent again replaces the first, if that still waits. At most 32 of base64url.
  auto topic = notice.id;
  std::erase(topic, '-');
  request.headers.add("Topic", topic.substr(0, 32));
  return request;
}

Task<Reach> WebPush::send(const Device& device, const Notice& notice,
                          std::chrono::steady_clock::time_point deadline) {
  const auto endpoint = parse_push_endpoint(device.address, settings_.private_too);
  auto push = request(device, notice, endpoint);
  push.deadline = deadline;
  const auto client = client_to(endpoint.origin);
  const auto reply = co_await client->request(std::move(push));
  if (reply.status >= 200 && reply.status < 300) co_return Reach::delivered;
  if (reply.status == 404 || reply.status == 410) co_return Reach::gone;
  throw provider_refused("The push service", reply, "");
}

}  // namespace souk::notification
