#pragma once

#include <functional>
#include <map>
#include <memory>

#include "http/server.hpp"
#include "internal/middleware/authenticator.hpp"
#include "internal/middleware/cookies.hpp"
#include "internal/middleware/cors.hpp"
#include "internal/middleware/live_streams.hpp"
#include "internal/middleware/load_shedder.hpp"
#include "internal/middleware/replicas.hpp"
#include "internal/middleware/request_metrics.hpp"
#include "internal/middleware/response_cache.hpp"
#include "internal/middleware/second_level.hpp"
#include "internal/middleware/shared_limit.hpp"
#include "internal/pages/pages.hpp"
#include "internal/routing/route.hpp"
#include "internal/server/exchange.hpp"
#include "internal/server/first_html.hpp"
#include "runtime/module.hpp"

namespace souk::gateway {

/// The public HTTP API: every request goes through the same steps, in this order: find the route, is there
/// room for it, who is it, may they, rate limit, idempotency key, cache, body -> message, rpc, message -> body.
///
/// Handles requests on the HTTP loops; what they share is thread-safe or belongs to one loop. start(),
/// stop() and drop() are for the module's loop.
class Gateway {
 public:
  explicit Gateway(const runtime::ModuleContext& context);

  Task<> start();
  Task<> give_notice();
  Task<> stop();
  Task<> ready() const;

  /// An event made cached replies stale, here and at every replica.
  void drop(const std::string& topic, const std::vector<std::string>& values);

  std::uint16_t port() const { return server_.port(); }

 private:
  /// What belongs to one HTTP loop.
  struct Loop {
    Loop(boost::asio::io_context& loop_context, Random& seed, Metrics& registry,
         LoadShedder& shedder)
        : context(loop_context),
          watch(loop_context, shedder),
          cache(loop_context.get_executor()),
          files(loop_context.get_executor(), kFileBytes),
          random(seed),
          metrics(registry),
          kept(cache_replies(registry, "loop")),
          second_level(std::make_unique<NoSecondLevel>(registry)) {}
    boost::asio::io_context& context;
    LoopWatch watch;
    ResponseCache cache;
    ResponseCache files;  ///< what never changes: nothing but age and size drops it
    FastRandom random;
    RequestMetrics metrics;
    prometheus::Counter& kept;             // replies that were in `cache`
    std::unique_ptr<redis::Client> redis;  // null without REDIS_URL
    std::unique_ptr<SecondLevel> second_level;
  };
  struct Limits {
    SharedLimit address, account, sensitive, guesses;
  };

  Task<http::Response> handle(const http::Request& request);
  Task<http::Response> answer(Exchange& exchange, Loop& loop);
  Task<http::Response> api(Exchange& exchange, Loop& loop, std::string path);
  Task<http::Response> page(Exchange& exchange, Loop& loop, std::string path);
  Task<ResponseCache::Reply> first_html(Exchange& exchange, Loop& loop, std::string path,
                                        Match match);
  static ResponseCache::Reply kept(Loop& loop, const std::string& key);
  Task<http::Response> cached(Exchange& exchange, Loop& loop, Match match);
  Task<http::Response> unchanging(Exchange& exchange, Loop& loop, Match match);
  Task<http::Response> call(Exchange& exchange, Loop& loop, const Match& match);
  Task<http::Response> follow(Exchange& exchange, Loop& loop, const Match& match);
  Task<rpc::ReplyInfo> call(const Exchange& exchange, const Route& route,
                            const google::protobuf::Message& request,
                            google::protobuf::Message& reply);

  http::Response refuse(const http::Request& request, const Error& error, int status);
  http::Response problem_for(const Exchange& exchange, const std::exception_ptr& failure) const;
  void decorate(const Exchange& exchange, http::Response& response) const;
  rpc::Admission::Ticket admit(const Match& match);
  Task<> limit_sensitive(const Exchange& exchange, Loop& loop);
  Task<> limit_guesses(const Exchange& exchange, Loop& loop,
                       const google::protobuf::Message& request);
  void share_with_replicas(const redis::Address& address);
  void on_every_loop(const std::function<void(Loop&)>& function);
  void drop_here(const std::string& topic, const std::vector<std::string>& values);
  std::unique_ptr<google::protobuf::Message> read_request(const Exchange& exchange,
                                                          const Match& match) const;
  rpc::Call rpc_call(const Exchange& exchange) const;
  Loop& loop_of(const boost::asio::any_io_executor& executor);
  http::ServerSettings server_settings();
  std::size_t body_limit(const http::Request& head) const;

  runtime::ModuleContext context_;
  RouteTable routes_;
  Authenticator authenticator_;
  Cors cors_;
  RefreshCookie cookie_;
  Pages pages_;
  FirstHtml first_html_;
  std::vector<std::string> trusted_proxies_;
  bool limits_on_;
  bool behind_tls_;
  Limits limits_;
  LoadShedder shedder_;
  std::map<std::string, rpc::Channel*, std::less<>> channels_;  // by service
  std::vector<std::unique_ptr<Loop>> loops_;
  LiveStreams live_;
  std::unique_ptr<Replicas> replicas_;  // null without REDIS_URL
  http::Server server_;
};

}  // namespace souk::gateway
