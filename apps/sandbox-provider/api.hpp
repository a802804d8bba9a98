#pragma once

#include <chrono>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/message.hpp"
#include "ledger.hpp"

namespace souk::sandbox {

/// The provider's HTTP API over its ledger (README.md lists it). Owned by the SandboxProvider,
/// lives on its loop.
class Api {
 public:
  /// `stall`: how long a client of tok_timeout is left waiting before the connection is closed.
  Api(boost::asio::any_io_executor loop, Ledger& ledger, std::chrono::milliseconds stall);

  /// Answers one request; an http::Handler.
  Task<http::Response> handle(const http::Request& request);

  /// Lets go of the clients that are left waiting, now and from now on.
  void stop_stalling();

 private:
  using Segments = std::vector<std::string_view>;

  Task<http::Response> charges(const http::Request& request);
  Task<http::Response> one_charge(const http::Request& request, const Segments& path);
  Task<http::Response> approval(const http::Request& request, ChargeId id);
  Task<http::Response> create(const http::Request& request);
  Task<http::Response> list(const http::Request& request);
  Task<http::Response> stall();

  boost::asio::any_io_executor loop_;
  Ledger& ledger_;
  std::chrono::milliseconds stall_;
  std::unordered_set<boost::asio::steady_timer*> stalling_;
  bool stopping_ = false;
};

}  // namespace souk::sandbox
