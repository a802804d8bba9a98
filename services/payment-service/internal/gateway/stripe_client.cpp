#include "internal/gateway/stripe_client.hpp"

#include "http/uri.hpp"

namespace souk::payment {
namespace {

/// Stripe allows a hundred requests a second and account in live mode.
constexpr std::size_t kStripeConnections = 32;

}  // namespace

StripeForm& StripeForm::add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += '&';
  text_ += http::percent_encode(name) + '=' + http::percent_encode(value);
  return *this;
}

StripeForm& StripeForm::add(std::string_view name, std::int64_t value) {
  return add(name, std::to_string(value));
}

std::string StripeReply::error(std::string_view member) const {
  const auto* error = body.if_contains("error");
  if (!error || !error->is_object()) return {};
  const auto* value = error->get_object().if_contains(member);
  return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

StripeClient::StripeClient(boost::asio::io_context& loop, std::string_view url, std::string api_key,
                           std::chrono::milliseconds timeout, Log& log)
    : client_(loop, url, {.max_connections = kStripeConnections}),
      api_key_(std::move(api_key)),
      timeout_(timeout),
      log_(log) {}

Task<Answer<StripeReply>> StripeClient::get(std::string target, Deadline deadline) {
  http::ClientRequest request{.target = std::move(target)};
  co_return co_await send(std::move(request), deadline);
}

Task<Answer<StripeReply>> StripeClient::post(std::string target, StripeForm form,
                                             std::string idempotency_key, Deadline deadline) {
  http::ClientRequest request{.method = http::Method::post,
                              .target = std::move(target),
                              .body = form.text(),
                              .idempotent = true};  // by its key
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Idempotency-Key", idempotency_key);
  co_return co_await send(std::move(request), deadline);
}

Task<Answer<StripeReply>> StripeClient::send(http::ClientRequest request, Deadline deadline) {
  request.headers.add("Authorization", "Bearer " + api_key_);
  request.headers.add("Stripe-Version", std::string{kStripeVersion});
  request.deadline = std::min(deadline, std::chrono::steady_clock::now() + timeout_);
  try {
    const auto response = co_await client_.request(std::move(request));
    StripeReply reply{.status = response.status};
    reply.replayed = response.headers.get("Idempotent-Replayed") == "true";
    boost::system::error_code failure;
    auto document = boost::json::parse(response.body, failure);
    if (!failure && document.is_object()) reply.body = std::move(document.get_object());
    co_return reply;
  } catch (const http::ClientError& error) {
    log_.warn("Stripe did not answer", {{"cause", error.cause}});
    co_return std::unexpected(error.delivery == http::Delivery::not_sent ? Doubt::not_sent
                                                                         : Doubt::unknown);
  }
}

Doubt StripeClient::unexpected(const StripeReply& reply, std::string_view what) {
  log_.warn("an unexpected reply of Stripe", {{"request", what},
                                              {"status", std::int64_t{reply.status}},
                                              {"type", std::string_view{reply.error("type")}},
                                              {"code", std::string_view{reply.error("code")}},
                                              {"param", std::string_view{reply.error("param")}}});
  // A wrong key, too many requests, a request that makes no sense: turned away at the door.
  const bool at_the_door = reply.status == 401 || reply.status == 403 || reply.status == 429;
  const bool invalid = reply.status == 400 && reply.error("type") == "invalid_request_error";
  return at_the_door || invalid ? Doubt::not_sent : Doubt::unknown;
}

}  // namespace souk::payment
