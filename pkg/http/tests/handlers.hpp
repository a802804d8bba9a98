#pragma once

#include <atomic>
#include <string>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "harness.hpp"
#include "http/server.hpp"

namespace souk::http::testing {

inline constexpr std::string_view kGet = "GET /hello?a=b HTTP/1.1\r\nHost: shop\r\n\r\n";

inline Task<Response> echo(const Request& request) {
  auto response = text_response(200, std::string{name(request.method)} + " " + request.path + "?" +
                                         request.query + " " + request.body);
  response.headers.add("X-Peer", request.peer_address);
  co_return response;
}

inline bool can_connect(std::uint16_t port) {
  try {
    RawConnection connection{port};
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

/// A handler that waits until it is let go on.
struct Gate {
  std::atomic<int> waiting = 0;
  std::atomic<bool> open = false;

  Handler handler() {
    return [this](const Request&) -> Task<Response> {
      ++waiting;
      boost::asio::steady_timer poll{co_await boost::asio::this_coro::executor};
      while (!open) {
        poll.expires_after(std::chrono::milliseconds{2});
        co_await poll.async_wait(boost::asio::use_awaitable);
      }
      co_return text_response(200, "done");
    };
  }
};

}  // namespace souk::http::testing
