#include "internal/gateway/paypal_client.hpp"

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

namespace souk::payment::paypal {
namespace {

namespace json = boost::json;
using Steady = std::chrono::steady_clock;

/// As many as wait for PayPal at one moment of a busy sale; past it they queue.
constexpr std::size_t kMaxConnections = 32;
/// A token is replaced this long before it ends, so that none ends on its way.
constexpr std::chrono::seconds kTokenMargin{60};
constexpr int kUnauthorized = 401;

}  // namespace

Client::Client(boost::asio::io_context& loop, const Account& account,
               std::chrono::milliseconds timeout, Log& log)
    : client_(loop, account.api_url, {.max_connections = kMaxConnections}),
      credentials_(http::basic_authorization(account.client_id, account.client_secret)),
      timeout_(timeout),
      log_(log),
      fetched_(loop, Steady::time_point::max()) {}

Task<Answer<http::ClientResponse>> Client::send(http::ClientRequest request, Deadline deadline) {
  if (!co_await have_token(deadline)) co_return std::unexpected(Doubt::not_sent);
  const auto used = token_;
  auto attempt = request;
  attempt.headers.add("Authorization", "Bearer " + used);
  auto response = co_await exchange(std::move(attempt), deadline);
  if (!response || response->status != kUnauthorized) co_return response;
  if (token_ == used) token_.clear();
  if (!co_await have_token(deadline)) co_return std::unexpected(Doubt::not_sent);
  request.headers.add("Authorization", "Bearer " + token_);
  co_return co_await exchange(std::move(request), deadline);
}

/// One asks, the others wait for what he gets.
Task<bool> Client::have_token(Deadline deadline) {
  while (fetching_) {
    boost::system::error_code woken;
    co_await fetched_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  }
  if (!token_.empty() && Steady::now() < token_ends_) co_return true;
  fetching_ = true;
  const bool fetched = co_await fetch_token(deadline);
  fetching_ = false;
  fetched_.cancel();
  co_return fetched;
}

Task<bool> Client::fetch_token(Deadline deadline) {
  http::ClientRequest request{.method = http::Method::post,
                              .target = "/v1/oauth2/token",
                              .body = "grant_type=client_credentials",
                              .idempotent = true};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Authorization", credentials_);
  const auto asked_at = Steady::now();
  const auto response = co_await exchange(std::move(request), deadline);
  if (!response) co_return false;
  const auto body = body_of(*response);
  const auto token = text_at(body, "/access_token");
  boost::system::error_code absent;
  const auto* seconds = body.find_pointer("/expires_in", absent);
  if (response->status != 200 || token.empty() || !seconds || !seconds->is_int64()) {
    log_.error("PayPal gives no access token: are client id and secret right?",
               {{"status", std::int64_t{response->status}}});
    co_return false;
  }
  token_ = token;
  token_ends_ = asked_at + std::chrono::seconds{seconds->get_int64()} - kTokenMargin;
  co_return true;
}

Task<Answer<http::ClientResponse>> Client::exchange(http::ClientRequest request,
                                                    Deadline deadline) {
  request.deadline = std::min(deadline, Steady::now() + timeout_);
  request.headers.add("Accept", "application/json");
  try {
    co_return co_await client_.request(std::move(request));
  } catch (const http::ClientError& error) {
    log_.warn("PayPal did not answer", {{"cause", error.cause}});
    co_return std::unexpected(error.delivery == http::Delivery::not_sent ? Doubt::not_sent
                                                                         : Doubt::unknown);
  }
}

http::ClientRequest post(std::string target, const json::value& body, std::string_view key) {
  http::ClientRequest request{.method = http::Method::post,
                              .target = std::move(target),
                              .body = body.is_null() ? "" : json::serialize(body),
                              .idempotent = !key.empty()};
  request.headers.add("Content-Type", "application/json");
  request.headers.add("Prefer", "return=representation");
  if (!key.empty()) request.headers.add("PayPal-Request-Id", key);
  return request;
}

std::string text_at(const json::value& value, std::string_view pointer) {
  boost::system::error_code absent;
  const auto* found = value.find_pointer(pointer, absent);
  return found && found->is_string() ? std::string{found->get_string()} : std::string{};
}

json::value body_of(const http::ClientResponse& response) {
  boost::system::error_code unreadable;
  auto body = json::parse(response.body, unreadable);
  return unreadable ? json::value{} : body;
}

std::string issue_of(const http::ClientResponse& response) {
  const auto body = body_of(response);
  auto issue = text_at(body, "/details/0/issue");
  return issue.empty() ? text_at(body, "/name") : issue;
}

}  // namespace souk::payment::paypal
