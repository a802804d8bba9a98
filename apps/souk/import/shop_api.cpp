#include "apps/souk/import/shop_api.hpp"

#include <charconv>
#include <optional>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace souk::app {
namespace {

using Steady = std::chrono::steady_clock;

/// Longer than the gateway gives a request, so that it is the one to end it.
constexpr std::chrono::seconds kAttempt{30};

ApiReply to_reply(const http::ClientResponse& response) {
  ApiReply reply{.status = response.status,
                 .body = {},
                 .replayed = response.headers.get("Idempotent-Replayed") == "true"};
  boost::system::error_code unreadable;
  reply.body = boost::json::parse(response.body, unreadable);
  return reply;
}

std::optional<std::chrono::milliseconds> retry_after(const http::ClientResponse& response) {
  const auto text = response.headers.get("Retry-After").value_or("");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds{seconds};
}

bool is_final(const ApiReply& reply) {
  return reply.status != 202 && reply.status != 429 && reply.status != 503 &&
         reply.text("code") != "idempotency_in_progress";
}

}  // namespace

std::string ApiReply::text(std::string_view member) const {
  const auto* object = body.if_object();
  const auto* value = object != nullptr ? object->if_contains(member) : nullptr;
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

ShopApi::ShopApi(boost::asio::io_context& loop, const std::string& url, Settings settings)
    : loop_(loop),
      settings_(std::move(settings)),
      client_(loop, url, {.max_connections = settings_.connections}) {}

Task<ApiReply> ShopApi::get(std::string path, std::string token) {
  http::ClientRequest request;
  request.target = "/api/v1" + path;
  if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
  co_return co_await send(std::move(request));
}

Task<ApiReply> ShopApi::post(std::string path, boost::json::value body, std::string token,
                             std::string key) {
  http::ClientRequest request;
  request.method = http::Method::post;
  request.target = "/api/v1" + path;
  request.body = boost::json::serialize(body);
  request.headers.add("Content-Type", "application/json");
  if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
  if (!key.empty()) request.headers.add("Idempotency-Key", key);
  request.idempotent = !key.empty();
  co_return co_await send(std::move(request));
}

Task<ApiReply> ShopApi::send(http::ClientRequest request) {
  auto until = Steady::now() + settings_.patience;
  for (;;) {
    request.deadline = Steady::now() + kAttempt;
    auto pause = settings_.pause;
    try {
      const auto response = co_await client_.request(request);
      auto reply = to_reply(response);
      if (is_final(reply)) co_return reply;
      pause = retry_after(response).value_or(settings_.pause);
      if (reply.status == 429) {
        until += pause;
        if (!std::exchange(limited_, true)) settings_.on_rate_limit();
      } else if (Steady::now() + pause > until) {
        co_return reply;
      }
    } catch (const http::ClientError&) {
      if (Steady::now() + pause > until) throw;
    }
    co_await wait(pause);
  }
}

Task<> ShopApi::wait(std::chrono::milliseconds time) {
  boost::asio::steady_timer timer{loop_, time};
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace souk::app
