#pragma once

#include <map>
#include <memory>

#include "http/server.hpp"
#include "internal/middleware/authenticator.hpp"
#include "internal/middleware/cookies.hpp"
#include "internal/middleware/cors.hpp"
#include "internal/middleware/rate_limiter.hpp"
#include "internal/middleware/request_metrics.hpp"
#include "internal/middleware/response_cache.hpp"
#include "internal/pages/pages.hpp"
#include "internal/routing/route.hpp"
#include "internal/server/exchange.hpp"
#include "runtime/module.hpp"

namespace souk::gateway {

/// The public HTTP API: every request goes through the same steps, in this order: find the route, who is
/// it, may they, rate limit, idempotency key, cache, body -> message, rpc, message -> body.
///
/// Handles requests on the HTTP loops; what they share is thread-safe or belongs to one loop. start(),
/// stop() and drop() are for the module's loop.
class Gateway {
 public:
  explicit Gateway(const runtime::ModuleContext& context);

  Task<> start();
  Task<> stop();
  Task<> ready() const;

  /// An event made cached replies stale.
  void drop(const std::string& topic, const std::vector<std::string>& values);

  std::uint16_t port() const { return server_.port(); }

 private:
  /// What belongs to one HTTP loop.
  struct Loop {
    Loop(boost::asio::io_context& loop_context, Random& seed, Metrics& registry)
        : context(loop_context),
          cache(loop_context.get_executor()),
          random(seed),
          metrics(registry) {}
    boost::asio::io_context& context;
    ResponseCache cache;
    FastRandom random;
    RequestMetrics metrics;
  };
  struct Limits {
    RateLimiter address, account, sensitive, guesses;
  };

  Task<http::Response> handle(const http::Request& request);
  Task<http::Response> answer(Exchange& exchange, Loop& loop);
  Task<http::Response> api(Exchange& exchange, Loop& loop, std::string path);
  Task<http::Response> cached(Exchange& exchange, Loop& loop, Match match);
  Task<http::Response> call(Exchange& exchange, const Match& match);
  Task<rpc::ReplyInfo> call(const Exchange& exchange, const Route& route,
                            const google::protobuf::Message& request,
                            google::protobuf::Message& reply);

  http::Response refuse(const http::Request& request, const Error& error, int status);
  http::Response problem_for(const Exchange& exchange, const std::exception_ptr& failure) const;
  void decorate(const Exchange& exchange, http::Response& response) const;
  void limit(const Exchange& exchange, const Match& match);
  void limit_guesses(const Exchange& exchange, const Route& route,
                     const google::protobuf::Message& request);
  std::unique_ptr<google::protobuf::Message> read_request(const Exchange& exchange,
                                                          const Match& match) const;
  rpc::Call rpc_call(const Exchange& exchange) const;
  Loop& loop_of(const boost::asio::any_io_executor& executor);
  http::ServerSettings server_settings();

  runtime::ModuleContext context_;
  RouteTable routes_;
  Authenticator authenticator_;
  Cors cors_;
  RefreshCookie cookie_;
  Pages pages_;
  std::vector<std::string> trusted_proxies_;
  bool limits_on_;
  bool behind_tls_;
  Limits limits_;
  std::map<std::string, rpc::Channel*, std::less<>> channels_;  // by service
  std::vector<std::unique_ptr<Loop>> loops_;
  http::Server server_;
};

}  // namespace souk::gateway
