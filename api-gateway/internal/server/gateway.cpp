#include "internal/server/gateway.hpp"

#include <ranges>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <prometheus/counter.h>

#include "core/failpoint.hpp"
#include "http/problem.hpp"
#include "http/uri.hpp"
#include "internal/middleware/redis_second_level.hpp"
#include "internal/server/live_reply.hpp"
#include "internal/server/replies.hpp"
#include "internal/server/request_span.hpp"
#include "middleware/validation.hpp"
#include "runtime/rpc_service.hpp"
#include "runtime/wire_metadata.hpp"

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

/// A NAT may hide an office behind one address; a shopper's page makes some ten requests.
constexpr Rate kPerAddress{200, 600};
constexpr Rate kPerAccount{50, 200};
/// Register, login, refresh: people do it once a day, attackers all the time.
constexpr Rate kSensitivePerAddress{1, 40};
/// Guesses at one account from one address. By address, so that nobody can lock the owner out.
constexpr Rate kGuessesPerAccount{0.1, 10};

constexpr int kDefaultPort = 8080;

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  for (const auto part : std::views::split(text, ',')) {
    if (!part.empty()) items.emplace_back(part.begin(), part.end());
  }
  return items;
}

Task<> end(LoopWatch& watch) {
  watch.stop();
  co_return;
}

std::string shop_url(const config::Settings& settings) {
  return settings.optional("SHOP_URL").value_or(settings.text("SOUK_PUBLIC_URL"));
}

/// Limits may only be lifted in demo mode.
bool limits_on(const config::Settings& settings) {
  if (settings.flag("SOUK_RATE_LIMITS")) return true;
  if (settings.flag("SOUK_DEMO")) return false;
  throw Error{Kind::validation, "invalid_setting",
              "Setting SOUK_RATE_LIMITS: off is for demo mode only"};
}

}  // namespace

Gateway::Gateway(const runtime::ModuleContext& context)
    : context_(context),
      authenticator_(context),
      cors_(context.settings.text("SOUK_CORS_ORIGINS")),
      cookie_(context.settings.text("SOUK_PUBLIC_URL")),
      pages_(routes_, web_ui_folder(context.settings.text("SOUK_WEB_UI")),
             shop_url(context.settings),
             context.settings.optional("STRIPE_PUBLISHABLE_KEY").has_value()),
      first_html_(routes_, shop_url(context.settings)),
      trusted_proxies_(split_list(context.settings.text("SOUK_TRUSTED_PROXIES"))),
      limits_on_(limits_on(context.settings)),
      behind_tls_(context.settings.text("SOUK_PUBLIC_URL").starts_with("https://")),
      limits_{{"address", kPerAddress},
              {"account", kPerAccount},
              {"sensitive", kSensitivePerAddress},
              {"guesses", kGuessesPerAccount}},
      shedder_(context.metrics, routes_.routes()),
      live_(context),
      server_(context.http_loops, context.clock, server_settings(),
              [this](const http::Request& request) { return handle(request); }) {
  for (const auto& route : routes_.routes()) {
    for (const auto& service : route.services()) channels_[service] = &context_.channel(service);
  }
  for (auto* loop : context_.http_loops)
    loops_.push_back(std::make_unique<Loop>(*loop, context_.random, context_.metrics, shedder_));
  if (const auto url = context_.settings.optional("REDIS_URL"))
    share_with_replicas(redis::parse_url(*url));
}

void Gateway::share_with_replicas(const redis::Address& address) {
  for (auto& loop : loops_) {
    loop->redis = std::make_unique<redis::Client>(loop->context.get_executor(), address,
                                                  context_.log, context_.metrics, context_.random);
    loop->second_level = std::make_unique<RedisSecondLevel>(*loop->redis, context_.metrics);
  }
  replicas_ = std::make_unique<Replicas>(
      context_, address, authenticator_, std::vector{&limits_.address, &limits_.account},
      Replicas::Handlers{
          .on_dropped = [this](const auto& topic, const auto& names) { drop_here(topic, names); },
          .on_gap = [this] { on_every_loop([](auto& loop) { loop.cache.clear(); }); }});
}

http::ServerSettings Gateway::server_settings() {
  http::ServerSettings settings;
  const auto& given = context_.settings;
  settings.address = given.text("SOUK_LISTEN");
  settings.port =
      static_cast<std::uint16_t>(given.optional("PORT") ? given.integer("PORT") : kDefaultPort);
  if (const auto certificate = given.optional("SOUK_HTTPS_CERT")) {
    settings.tls = {.certificate_file = *certificate,
                    .key_file = given.text("SOUK_HTTPS_KEY"),
                    .on_reload = [this](const std::string& problem) {
                      if (problem.empty()) return context_.log.info("a new certificate is served");
                      context_.log.error("the new certificate cannot be used",
                                         {{"reason", problem}});
                    }};
  }
  settings.body_limit = [this](const http::Request& head) { return body_limit(head); };
  settings.error_reply = [this](const http::Request& request, const Error& error, int status) {
    return refuse(request, error, status);
  };
  return settings;
}

Task<> Gateway::start() {
  if (replicas_) replicas_->start();
  std::exception_ptr failure;
  try {
    co_await authenticator_.start();
    server_.start();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await authenticator_.stop();
    if (replicas_) co_await replicas_->stop();
    std::rethrow_exception(failure);
  }
  live_.start();
  on_every_loop([](Loop& loop) {
    boost::asio::co_spawn(loop.context, loop.watch.run(), boost::asio::detached);
    if (loop.redis) loop.redis->start();
  });
}

Task<> Gateway::give_notice() {
  live_.close();  // who looks on has time to find another replica
  co_await server_.give_notice();
}

Task<> Gateway::stop() {
  live_.close();
  co_await server_.stop(context_.settings.milliseconds("SOUK_DRAIN_MS"));
  for (auto& loop : loops_)
    co_await boost::asio::co_spawn(loop->context, end(loop->watch), boost::asio::use_awaitable);
  co_await live_.stop();
  co_await authenticator_.stop();
  for (auto& loop : loops_) {
    if (loop->redis)
      co_await boost::asio::co_spawn(loop->context, loop->redis->stop(),
                                     boost::asio::use_awaitable);
  }
  if (replicas_) co_await replicas_->stop();
}

Task<> Gateway::ready() const {
  authenticator_.check_fresh();
  co_return;
}

void Gateway::drop(const std::string& topic, const std::vector<std::string>& values) {
  drop_here(topic, values);
  if (replicas_) replicas_->tell_dropped(topic, values);
}

void Gateway::drop_here(const std::string& topic, const std::vector<std::string>& values) {
  on_every_loop([topic, values](Loop& loop) { loop.cache.drop(topic, values); });
}

void Gateway::on_every_loop(const std::function<void(Loop&)>& function) {
  for (auto& loop : loops_) {
    boost::asio::post(loop->context, [&loop = *loop, function] { function(loop); });
  }
}

Gateway::Loop& Gateway::loop_of(const boost::asio::any_io_executor& executor) {
  const auto& context = boost::asio::query(executor, boost::asio::execution::context);
  for (auto& loop : loops_) {
    if (&loop->context == &context) return *loop;
  }
  throw std::logic_error{"a request arrived on a loop that is none of the gateway's"};
}

Task<http::Response> Gateway::handle(const http::Request& request) {
  const auto started = std::chrono::steady_clock::now();
  auto& loop = loop_of(co_await boost::asio::this_coro::executor);
  auto* tracer = context_.wire.tracer;
  Exchange exchange{request, request_id(request, loop.random),
                    request_trace(request, tracer, loop.random),
                    client_address(request, trusted_proxies_)};
  auto span = request_span(tracer, exchange, context_.name, behind_tls_ ? "https" : "http");
  http::Response response;
  try {
    response = co_await answer(exchange, loop);
  } catch (...) {
    response = problem_for(exchange, std::current_exception());
  }
  decorate(exchange, response);
  const auto took = std::chrono::steady_clock::now() - started;
  loop.metrics.record(exchange.route, response.status, took);
  note_reply(span, context_.log, exchange, response.status, took);
  co_return response;
}

Task<http::Response> Gateway::answer(Exchange& exchange, Loop& loop) {
  const auto& http = exchange.http;
  if (limits_on_) limits_.address.take(exchange.client_address, std::chrono::steady_clock::now());
  if (http.method == http::Method::options && http.headers.get("Access-Control-Request-Method")) {
    co_return cors_.preflight(http);
  }
  auto path = http::decode_path(http.path);
  if (path.starts_with("/api/")) co_return co_await api(exchange, loop, std::move(path));
  if (path == "/.well-known/jwks.json")
    co_return http::json_response(200, authenticator_.jwks_json());
  co_return co_await page(exchange, loop, std::move(path));
}

Task<http::Response> Gateway::api(Exchange& exchange, Loop& loop, std::string path) {
  const auto match = routes_.find(exchange.http.method, path);
  exchange.route = match.route;
  // Before anything is spent on it. What may be in the cache is not turned away until it turns out not to be.
  std::optional<rpc::Admission::Ticket> place;
  const bool kept = match.route->rule.cacheable() || match.route->rule.immutable();
  if (!kept) place.emplace(admit(match));
  exchange.identity = authenticator_.identify(exchange.http.headers.get("Authorization"));
  rpc::check_access(match.route->rule, exchange.identity);
  if (limits_on_ && exchange.identity.user)
    limits_.account.take(exchange.identity.user->str(), std::chrono::steady_clock::now());
  if (match.route->rule.sensitive()) co_await limit_sensitive(exchange, loop);
  check_idempotency_key(exchange.http, match.route->rule);
  if (match.route->rule.event_stream()) co_return co_await follow(exchange, loop, match);
  if (match.route->rule.immutable()) co_return co_await unchanging(exchange, loop, match);
  // Staff see more than the public does, so what they see is not for others.
  if (match.route->rule.cacheable() && !exchange.identity.is_staff())
    co_return co_await cached(exchange, loop, match);
  co_return co_await call(exchange, loop, match);
}

rpc::Admission::Ticket Gateway::admit(const Match& match) {
  return shedder_.admit(*match.route, std::chrono::steady_clock::now());
}

// Worth a round trip to Redis: these requests hash passwords, and are what attackers spread over replicas.
Task<> Gateway::limit_sensitive(const Exchange& exchange, Loop& loop) {
  if (!limits_on_) co_return;
  co_await limits_.sensitive.take_from_all(loop.redis.get(), exchange.client_address,
                                           std::chrono::steady_clock::now());
}

ResponseCache::Reply Gateway::kept(Loop& loop, const std::string& key) {
  auto reply = loop.cache.find(key);
  if (reply) loop.kept.Increment();
  return reply;
}

Task<http::Response> Gateway::cached(Exchange& exchange, Loop& loop, Match match) {
  auto key = exchange.http.path + '?' + exchange.http.query;
  auto reply = kept(loop, key);
  if (!reply) {
    const auto fetch = [&]() -> Task<std::string> {
      const auto place = admit(match);
      const auto response = co_await call(exchange, loop, match);
      co_return response.body;
    };
    reply =
        co_await loop.cache.get(key, [&]() { return loop.second_level->get(key, match, fetch); });
  }
  co_return from_cache(exchange.http, *reply);
}

Task<http::Response> Gateway::unchanging(Exchange& exchange, Loop& loop, Match match) {
  const auto fetch = [&]() -> Task<CachedReply> {
    const auto place = admit(match);
    auto response = co_await call(exchange, loop, match);
    co_return make_unchanging(std::move(response), match);
  };
  const auto key = exchange.http.path + '?' + exchange.http.query;
  const auto reply = co_await loop.files.get(key, fetch);
  co_return from_cache(exchange.http, *reply);
}

std::unique_ptr<google::protobuf::Message> Gateway::read_request(const Exchange& exchange,
                                                                 const Match& match) const {
  auto request = gateway::read_request(exchange.http, match);
  cookie_.read(exchange.http, *request);
  return request;
}

rpc::Call Gateway::rpc_call(const Exchange& exchange) const {
  rpc::Call call;
  call.identity = exchange.identity;
  call.deadline =
      std::chrono::steady_clock::now() + context_.settings.milliseconds("SOUK_REQUEST_TIMEOUT_MS");
  call.trace = exchange.trace;
  call.request_id = exchange.request_id;
  call.idempotency_key = std::string{exchange.http.headers.get("Idempotency-Key").value_or("")};
  call.client_address = exchange.client_address;
  call.user_agent = user_agent(exchange.http);
  return call;
}

Task<> Gateway::limit_guesses(const Exchange& exchange, Loop& loop,
                              const google::protobuf::Message& request) {
  if (!limits_on_) co_return;
  // Who is logged in guesses at the current password of that account.
  const auto& user = exchange.identity.user;
  const auto account = user ? user->str() : guessed_account(request);
  if (account.empty()) co_return;
  co_await limits_.guesses.take_from_all(loop.redis.get(),
                                         fmt::format("{} {}", exchange.client_address, account),
                                         std::chrono::steady_clock::now());
}

Task<rpc::ReplyInfo> Gateway::call(const Exchange& exchange, const Route& route,
                                   const google::protobuf::Message& request,
                                   google::protobuf::Message& reply) {
  try {
    auto& channel = *channels_.at(route.service_of(request));
    const auto call = rpc_call(exchange);
    auto info = co_await channel.unary(call, context_.name, route.rpc_path, request, reply);
    SOUK_FAILPOINT("gateway.before_reply", call.deadline);
    co_return info;
  } catch (Error& error) {
    // A refusal may end a session too; that is for us, not for the client.
    const auto ended = error.extra.extract(rpc::kRevokedSessionMetadata);
    if (!ended.empty()) authenticator_.revoke(SessionId::from(ended.mapped()));
    if (error.code == "overloaded") shedder_.refused(route, std::chrono::steady_clock::now());
    throw;
  }
}

Task<http::Response> Gateway::call(Exchange& exchange, Loop& loop, const Match& match) {
  const auto& route = *match.route;
  const auto request = read_request(exchange, match);
  if (route.rule.sensitive()) co_await limit_guesses(exchange, loop, *request);
  const auto reply = route.new_reply();
  const auto info = co_await call(exchange, route, *request, *reply);
  if (!info.revoked_session.empty()) authenticator_.revoke(SessionId::from(info.revoked_session));
  http::Response response;
  cookie_.write(*request, *reply, response);
  if (!info.revoked_session.empty()) cookie_.clear(response);
  write_reply(route, info, *reply, response);
  co_return response;
}

Task<http::Response> Gateway::follow(Exchange& exchange, Loop& loop, const Match& match) {
  auto request = read_request(exchange, match);
  auto& asked = dynamic_cast<notification::v1::FollowEventsRequest&>(*request);
  if (const auto last = exchange.http.headers.get("Last-Event-ID"))
    asked.set_after(std::string{*last});
  validate(asked);
  LiveReply reply{live_, authenticator_, context_.clock};
  co_return co_await reply.begin(
      loop.context.get_executor(), rpc_call(exchange),
      authenticator_.good_until(exchange.http.headers.get("Authorization").value_or("")),
      asked.after());
}

void Gateway::decorate(const Exchange& exchange, http::Response& response) const {
  cors_.decorate(exchange.http, response);
  add_security_headers(response, behind_tls_);
  response.headers.add("X-Request-Id", exchange.request_id);
  response.headers.add("traceparent", exchange.trace.traceparent());
}

}  // namespace souk::gateway
