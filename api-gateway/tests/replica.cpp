#include "replica.hpp"

#include <csignal>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <grpcpp/server_builder.h>

#include "core/error.hpp"
#include "internal/clients/user_client.hpp"
#include "runtime/proto_values.hpp"

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

security::KeyRing one_key(Random& random) {
  const auto key = security::SigningKey::generate(random);
  return {{key}, key.kid()};
}

template <class F>
std::string outcome(const char* good, const F& attempt) {
  try {
    attempt();
    return good;
  } catch (const Error& error) {
    return error.code;
  }
}

runtime::ModuleContext with_channel(runtime::ModuleContext context, rpc::Channel& users) {
  context.channel = [&users](std::string_view) -> rpc::Channel& { return users; };
  return context;
}

}  // namespace

FakeUsers::FakeUsers(souk::testing::World& world)
    : world_(world),
      keys_(one_key(world.random)),
      service_("souk.user.v1.UserService", world.loop.get_executor(), world.wire, world.log) {
  service_.bind("GetJwks", this, &FakeUsers::jwks);
  service_.bind("ListRevocations", this, &FakeUsers::revocations);
  grpc::ServerBuilder builder;
  builder.RegisterService(&service_);
  server_ = builder.BuildAndStart();
}

FakeUsers::~FakeUsers() {
  // Shutdown() waits for the calls in hand, which end on the loop.
  std::atomic<bool> ended{false};
  const std::jthread end{[&] {
    server_->Shutdown();
    ended = true;
  }};
  world_.wait_until([&] { return ended.load(); });
}

std::string FakeUsers::token(const SessionId& session) const {
  const auto now = std::chrono::floor<std::chrono::seconds>(world_.clock.now());
  return "Bearer " + keys_.sign({.iss = world_.settings.text("SOUK_PUBLIC_URL"),
                                 .aud = "souk",
                                 .sub = UserId{Uuid{{1}}},
                                 .sid = session,
                                 .roles = {},
                                 .iat = now,
                                 .nbf = now,
                                 .exp = now + 15min,
                                 .jti = std::nullopt});
}

Task<user::v1::GetJwksReply> FakeUsers::jwks(rpc::Call&, const user::v1::GetJwksRequest&) {
  user::v1::GetJwksReply reply;
  reply.set_jwks_json(keys_.jwks_json());
  co_return reply;
}

Task<user::v1::ListRevocationsReply> FakeUsers::revocations(
    rpc::Call&, const user::v1::ListRevocationsRequest& request) {
  ++questions;
  user::v1::ListRevocationsReply reply;
  for (auto i = static_cast<std::size_t>(request.after()); i < ended_.size(); ++i) {
    auto& item = *reply.add_items();
    item.set_session_id(ended_[i].str());
    *item.mutable_forget_after() = rpc::to_proto(world_.clock.now() + 15min);
    reply.set_last(static_cast<std::int64_t>(i + 1));
  }
  boost::asio::steady_timer way{world_.loop, answers_after};
  co_await way.async_wait(boost::asio::use_awaitable);
  co_return reply;
}

Replica::Replica(souk::testing::World& world, const redis::Address& address, Rate rate)
    : world_(world),
      context_(with_channel(world.context("api-gateway"), users)),
      users(world.wire, "user-service"),
      authenticator(context_),
      limit("test", rate),
      cache(world.loop.get_executor()),
      redis(world.loop.get_executor(), address, world.log, world.metrics, world.random),
      second_level(redis, world.metrics),
      replicas(context_, address, authenticator, {&limit},
               {.on_dropped =
                    [this](const std::string& topic, const std::vector<std::string>& names) {
                      cache.drop(topic, names);
                    },
                .on_gap =
                    [this] {
                      ++gaps;
                      cache.clear();
                    }}) {
  route.rule.add_dropped_by("product.changed");
}

void Replica::start() {
  replicas.start();
  redis.start();
}

void Replica::stop() {
  world_.run(authenticator.stop());
  world_.run(replicas.stop());
  world_.run(redis.stop());
}

Task<std::string> Replica::getting(std::string page, SecondLevel::FetchBody fetch) {
  Match match{.route = &route, .path_values = {}};
  if (page != "list") match.path_values["id"] = page;
  const auto reply = co_await cache.get(page, [&] { return second_level.get(page, match, fetch); });
  co_return *reply->body;
}

std::string Replica::get(const std::string& page, SecondLevel::FetchBody fetch) {
  return world_.run(getting(page, std::move(fetch)));
}

std::string Replica::take(const std::string& key) {
  return outcome("fine", [&] { limit.take(key, std::chrono::steady_clock::now()); });
}

std::string Replica::take_from_all(const std::string& key) {
  return outcome("fine", [&] {
    world_.run(limit.take_from_all(&redis, key, std::chrono::steady_clock::now()));
  });
}

std::string Replica::enter(const std::string& token) const {
  return outcome("let in", [&] { (void)authenticator.identify(token); });
}

ReplicasTest::ReplicasTest(Rate rate) : folder_(made()), server(folder_ / "redis") {
  std::signal(SIGPIPE, SIG_IGN);  // as every process of the platform does
  server.start();
  const auto address = redis::parse_url(server.url());
  a = std::make_unique<Replica>(world, address, rate);
  b = std::make_unique<Replica>(world, address, rate);
}

ReplicasTest::~ReplicasTest() {
  a->stop();
  b->stop();
  a.reset();
  b.reset();
  server.stop();
  std::filesystem::remove_all(folder_);
}

std::filesystem::path ReplicasTest::made() {
  auto name = (std::filesystem::temp_directory_path() / "souk-replicas-XXXXXX").string();
  return mkdtemp(name.data());
}

void ReplicasTest::start_both() {
  a->start();
  b->start();
  ASSERT_TRUE(eventually(
      [&] { return a->redis.ready() && b->redis.ready() && a->gaps == 1 && b->gaps == 1; }));
}

void ReplicasTest::pass(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  world.wait_until([&] { return std::chrono::steady_clock::now() >= end; });
}

}  // namespace souk::gateway
