#include "internal/providers/fcm.hpp"

#include <fstream>
#include <iterator>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <openssl/pem.h>

#include "http/uri.hpp"
#include "internal/providers/replies.hpp"
#include "internal/providers/signed_token.hpp"

namespace souk::notification {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::string_view kFcmScope = "https://www.googleapis.com/auth/firebase.messaging";
/// The most that Google takes.
constexpr auto kAssertionLifetime = 1h;
/// A token is not used up to its last second: the message has to arrive with it.
constexpr auto kTokenReserve = 1min;

Error bad_account(const std::filesystem::path& file, std::string_view why) {
  return {Kind::validation, "invalid_setting",
          fmt::format("Setting FCM_SERVICE_ACCOUNT: {} {}", file.string(), why)};
}

std::shared_ptr<EVP_PKEY> read_pem(std::string_view pem) {
  const std::unique_ptr<BIO, int (*)(BIO*)> memory{
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
  EVP_PKEY* key = PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr);
  return {key, EVP_PKEY_free};
}

/// scheme://host[:port] of a URL, and the rest.
std::pair<std::string, std::string> split_url(std::string_view url) {
  const auto host = url.find("://");
  const auto path = host == std::string_view::npos ? host : url.find('/', host + 3);
  if (path == std::string_view::npos) return {std::string{url}, "/"};
  return {std::string{url.substr(0, path)}, std::string{url.substr(path)}};
}

/// `error.details[].errorCode` of the FcmError, or `error.status`.
std::string error_code(const std::string& body) {
  boost::system::error_code unreadable;
  const auto reply = json::parse(body, unreadable);
  if (unreadable || !reply.is_object() || !reply.get_object().contains("error")) return {};
  const auto* error = reply.at("error").if_object();
  if (error == nullptr) return {};
  if (const auto* details = error->if_contains("details"); details && details->is_array()) {
    for (const auto& detail : details->get_array()) {
      const auto* code =
          detail.is_object() ? detail.get_object().if_contains("errorCode") : nullptr;
      if (code != nullptr && code->is_string()) return std::string{code->get_string()};
    }
  }
  const auto* status = error->if_contains("status");
  return status != nullptr && status->is_string() ? std::string{status->get_string()} : "";
}

std::string fcm_message(const Device& device, const Notice& notice) {
  return json::serialize(
      json::object{{"message",
                    {{"token", device.address},
                     {"notification", {{"title", notice.title}, {"body", notice.text}}},
                     {"data", {{"id", notice.id}, {"kind", notice.kind}, {"url", notice.url}}},
                     {"android",
                      {{"ttl", fmt::format("{}s", notice.ttl.count())},
                       {"collapse_key", notice.id},
                       {"notification", {{"tag", notice.id}}}}},
                     {"apns", {{"headers", {{"apns-collapse-id", notice.id}}}}}}}});
}

}  // namespace

ServiceAccount ServiceAccount::read(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw bad_account(file, "cannot be read");
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  try {
    const auto account = json::parse(text).as_object();
    const auto field = [&](std::string_view name) {
      return std::string{account.at(name).as_string()};
    };
    ServiceAccount read{.project = field("project_id"),
                        .email = field("client_email"),
                        .key_id = field("private_key_id"),
                        .token_url = field("token_uri"),
                        .key = read_pem(field("private_key"))};
    if (!read.key) throw bad_account(file, "holds no private key");
    return read;
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    throw bad_account(file, "is no service account's JSON file");
  }
}

Fcm::Fcm(boost::asio::io_context& loop, const Clock& clock, ServiceAccount account,
         const std::string& base_url)
    : clock_(clock),
      account_(std::move(account)),
      token_target_(split_url(account_.token_url).second),
      tokens_(loop, split_url(account_.token_url).first, {.max_connections = 1}),
      messages_(loop, base_url) {}

std::string Fcm::assertion() const {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch();
  return signed_token(
      {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", account_.key_id}},
      {{"iss", account_.email},
       {"scope", kFcmScope},
       {"aud", account_.token_url},
       {"iat", now.count()},
       {"exp", (now + std::chrono::seconds{kAssertionLifetime}).count()}},
      [this](std::string_view text) { return sign_sha256(account_.key.get(), text); });
}

Task<std::string> Fcm::token(Deadline deadline) {
  if (!token_.empty() && clock_.now() < token_ends_) co_return token_;
  http::ClientRequest request{
      .method = http::Method::post,
      .target = token_target_,
      .body = fmt::format("grant_type={}&assertion={}",
                          http::percent_encode("urn:ietf:params:oauth:grant-type:jwt-bearer"),
                          assertion()),
      .idempotent = true,
      .deadline = deadline};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  const auto reply = co_await tokens_.request(std::move(request));
  if (reply.status != 200) throw provider_refused("Google's token endpoint", reply, "");
  boost::system::error_code unreadable;
  const auto body = json::parse(reply.body, unreadable);
  const auto* fields = unreadable ? nullptr : body.if_object();
  const auto* value = fields == nullptr ? nullptr : fields->if_contains("access_token");
  const auto* lives = fields == nullptr ? nullptr : fields->if_contains("expires_in");
  if (value == nullptr || !value->is_string() || lives == nullptr || !lives->is_int64()) {
    throw unavailable("Google's token endpoint answered without a token.");
  }
  token_ = std::string{value->get_string()};
  token_ends_ = clock_.now() + std::chrono::seconds{lives->get_int64()} - kTokenReserve;
  co_return token_;
}

Task<Reach> Fcm::send(const Device& device, const Notice& notice, Deadline deadline) {
  const auto bearer = "Bearer " + co_await token(deadline);
  http::ClientRequest request{
      .method = http::Method::post,
      .target = fmt::format("/v1/projects/{}/messages:send", account_.project),
      .body = fcm_message(device, notice),
      .idempotent = true,  // by its collapse key
      .deadline = deadline};
  request.headers.add("Authorization", bearer);
  request.headers.add("Content-Type", "application/json");
  const auto reply = co_await messages_.request(std::move(request));
  if (reply.status == 200) co_return Reach::delivered;
  const auto code = error_code(reply.body);
  if (code == "UNREGISTERED" || code == "SENDER_ID_MISMATCH") co_return Reach::gone;
  if (reply.status == 401) {
    token_.clear();  // a token may be taken back before its time
    throw unavailable("FCM did not take the access token.");
  }
  throw provider_refused("FCM", reply, code);
}

}  // namespace souk::notification
