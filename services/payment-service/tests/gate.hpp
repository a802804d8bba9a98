#pragma once

#include <chrono>
#include <string>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/client.hpp"
#include "http/server.hpp"

namespace souk::payment {

/// What goes wrong between us and the provider.
enum class Fault {
  none,
  hang_up_before,  ///< the request never reaches the provider
  error_before,
  stall_after,  ///< the provider has done it, but nobody hears of it
  hang_up_after,
  error_after,
  garbage_after,
  duplicate,  ///< the network delivers the request twice
};

/// A small HTTP gate in front of the provider: passes requests on, and breaks the POSTs of charges
/// and refunds as told, `times` times.
class Gate {
 public:
  Gate(boost::asio::io_context& loop, const Clock& clock, std::string_view provider_url)
      : loop_(loop),
        client_(loop, provider_url),
        server_({&loop}, clock, {},
                [this](const http::Request& request) { return handle(request); }) {
    server_.start();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  Task<bool> stop() { return server_.stop(std::chrono::milliseconds{500}); }

  void break_next(Fault fault, int times = 1) {
    fault_ = fault;
    times_ = times;
  }
  /// Everything is broken, asking and cancelling too.
  void cut(bool cut) { cut_ = cut; }

 private:
  static bool moves_money(const http::Request& request) {
    return request.method == http::Method::post &&
           (request.path == "/v1/charges" || request.path.ends_with("/refunds"));
  }

  Task<http::Response> handle(const http::Request& request) {
    if (cut_) co_return http::Response{.hang_up = true};
    if (!moves_money(request) || times_ == 0) co_return co_await forward(request);
    --times_;
    const auto fault = fault_;
    if (fault == Fault::hang_up_before) co_return http::Response{.hang_up = true};
    if (fault == Fault::error_before) co_return http::text_response(500, "broken");
    auto reply = co_await forward(request);
    switch (fault) {
      case Fault::stall_after: {
        boost::asio::steady_timer timer{loop_, std::chrono::milliseconds{800}};
        co_await timer.async_wait(boost::asio::use_awaitable);
        co_return http::Response{.hang_up = true};
      }
      case Fault::hang_up_after: co_return http::Response{.hang_up = true};
      case Fault::error_after: co_return http::text_response(502, "broken");
      case Fault::garbage_after: co_return http::json_response(201, "{]");
      case Fault::duplicate: co_return co_await forward(request);
      default: co_return reply;
    }
  }

  Task<http::Response> forward(const http::Request& request) {
    http::ClientRequest onward{.method = request.method, .body = request.body};
    onward.target = request.path + (request.query.empty() ? "" : "?" + request.query);
    if (const auto key = request.headers.get("Idempotency-Key"))
      onward.headers.add("Idempotency-Key", *key);
    auto reply = co_await client_.request(std::move(onward));
    co_return http::json_response(reply.status, std::move(reply.body));
  }

  boost::asio::io_context& loop_;
  http::Client client_;
  http::Server server_;
  Fault fault_ = Fault::none;
  int times_ = 0;
  bool cut_ = false;
};

}  // namespace souk::payment
