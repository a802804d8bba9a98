#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>

#include "http/client.hpp"
#include "runtime/task.hpp"

namespace souk::app {

struct ApiReply {
  int status = 0;
  boost::json::value body;
  bool replayed = false;  ///< the stored reply of an earlier request with this Idempotency-Key

  /// The text at a top-level member; empty where there is none.
  std::string text(std::string_view member) const;
};

/// The public HTTP API as a patient client uses it: what was turned away for the moment (429, 503, no
/// reply, still running, pending) is asked for again, as Retry-After says where it does. Lives on one
/// loop, which outlives it; it outlives its requests.
class ShopApi {
 public:
  struct Settings {
    std::size_t connections = 32;
    /// How long a request is repeated that gets no final answer. Rate limits don't count: they end.
    std::chrono::milliseconds patience{60'000};
    /// Between two attempts where the reply doesn't say.
    std::chrono::milliseconds pause{500};
    /// The first time that a rate limit holds it up.
    std::function<void()> on_rate_limit = [] {};
  };

  /// `url`: "http://localhost:8080". Throws std::invalid_argument for one that is none.
  ShopApi(boost::asio::io_context& loop, const std::string& url, Settings settings);

  /// `path` is below /api/v1; `token` may be empty. Throws http::ClientError where no reply came for as
  /// long as `patience`; gives back whatever else came last.
  Task<ApiReply> get(std::string path, std::string token);
  /// Without a `key` the request may happen twice when a reply is lost.
  Task<ApiReply> post(std::string path, boost::json::value body, std::string token,
                      std::string key);

 private:
  Task<ApiReply> send(http::ClientRequest request);
  Task<> wait(std::chrono::milliseconds time);

  boost::asio::io_context& loop_;
  Settings settings_;
  http::Client client_;
  bool limited_ = false;
};

}  // namespace souk::app
