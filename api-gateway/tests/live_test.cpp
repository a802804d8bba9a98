#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server.hpp"
#include "internal/server/live_reply.hpp"
#include "replica.hpp"

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;
namespace nv1 = notification::v1;

/// notification-service, as far as the gateway asks it: what happened, one number each.
class FakeNotifications {
 public:
  explicit FakeNotifications(souk::testing::World& world)
      : world_(world),
        service_("souk.notification.v1.NotificationService", world.loop.get_executor(), world.wire,
                 world.log) {
    service_.bind("ListLiveEvents", this, &FakeNotifications::all);
    service_.bind("FollowEvents", this, &FakeNotifications::own);
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }
  ~FakeNotifications() {
    std::atomic<bool> ended{false};
    const std::jthread end{[&] {
      server_->Shutdown();
      ended = true;
    }};
    world_.wait_until([&] { return ended.load(); });
  }

  void connect(rpc::Channel& channel) { channel.connect(server_->InProcessChannel({})); }

  /// The id of the event.
  std::string happens(const UserId& user, const std::string& status) {
    nv1::LiveEvent event;
    event.set_id(fmt::format("7-{}", events_.size() + 1));
    event.set_type("order");
    event.set_data(fmt::format(R"({{"status":"{}"}})", status));
    event.set_user_id(user.str());
    events_.push_back(event);
    return event.id();
  }

  bool down = false;

 private:
  nv1::LiveEvents after(const std::string& position, const std::optional<UserId>& user) const {
    if (down) throw unavailable("down");
    nv1::LiveEvents reply;
    reply.set_position(fmt::format("7-{}", events_.size()));
    if (position.empty()) return reply;
    for (auto i = LivePosition::read(position).number; i < events_.size(); ++i) {
      if (user && events_[i].user_id() != user->str()) continue;
      if (reply.items_size() == 3) {  // a small page
        reply.set_more(true);
        reply.set_position(reply.items(2).id());
        break;
      }
      *reply.add_items() = events_[i];
    }
    return reply;
  }
  Task<nv1::LiveEvents> all(rpc::Call&, const nv1::ListLiveEventsRequest& request) {
    co_return after(request.after(), std::nullopt);
  }
  Task<nv1::LiveEvents> own(rpc::Call& call, const nv1::FollowEventsRequest& request) {
    co_return after(request.after(), call.identity.require_user());
  }

  souk::testing::World& world_;
  std::vector<nv1::LiveEvent> events_;
  rpc::Service service_;
  std::unique_ptr<grpc::Server> server_;
};

/// Somebody who looks on, on a thread of their own, until the server or hang_up() ends it.
class Onlooker {
 public:
  Onlooker(std::uint16_t port, const std::string& query)
      : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
    const auto request = "GET /events?" + query + " HTTP/1.0\r\n\r\n";
    send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    reader_ = std::jthread{[this] { read(); }};
  }
  ~Onlooker() {
    hang_up();
    reader_ = {};
    close(socket_);
  }
  Onlooker(const Onlooker&) = delete;

  void hang_up() const { shutdown(socket_, SHUT_RDWR); }
  bool ended() const { return ended_; }
  std::string text() const {
    const std::lock_guard lock{mutex_};
    return text_;
  }
  bool saw(std::string_view what) const { return text().contains(what); }
  std::size_t count(std::string_view what) const {
    const auto all = text();
    std::size_t found = 0;
    for (auto at = all.find(what); at != std::string::npos; at = all.find(what, at + 1)) ++found;
    return found;
  }

 private:
  void read() {
    char buffer[4096];
    for (;;) {
      const auto size = recv(socket_, buffer, sizeof buffer, 0);
      if (size <= 0) break;
      const std::lock_guard lock{mutex_};
      text_.append(buffer, static_cast<std::size_t>(size));
    }
    ended_ = true;
  }

  int socket_;
  mutable std::mutex mutex_;
  std::string text_;
  std::atomic<bool> ended_ = false;
  std::jthread reader_;
};

/// A replica of the gateway, as far as it shows what happens.
class LiveReplica {
 public:
  LiveReplica(souk::testing::World& world, FakeUsers& users, FakeNotifications& notifications)
      : world_(world),
        users_channel(world.wire, "user-service"),
        notifications_channel(world.wire, "notification-service"),
        context_(context()),
        authenticator(context_),
        streams(context_),
        server({&world.loop}, world.clock, {},
               [this](const http::Request& request) { return answer(request); }) {
    users.connect(users_channel);
    notifications.connect(notifications_channel);
    world.run(authenticator.start());
    streams.start();
    server.start();
  }
  ~LiveReplica() {
    if (!stopped_) stop();
    world_.run(streams.stop());
    world_.run(authenticator.stop());
  }

  /// Whether every stream ended by itself.
  bool stop() {
    streams.close();
    stopped_ = true;
    return world_.run(server.stop(5s));
  }

  std::unique_ptr<Onlooker> look(const UserId& user, const std::string& after = "") {
    return std::make_unique<Onlooker>(server.port(), user.str() + "&" + after);
  }

 private:
  runtime::ModuleContext context() {
    auto made = world_.context("api-gateway");
    made.channel = [this](std::string_view service) -> rpc::Channel& {
      return service == "user-service" ? users_channel : notifications_channel;
    };
    return made;
  }

  Task<http::Response> answer(const http::Request& request) {
    const auto end = request.query.find('&');
    auto call = rpc::Call::background("api-gateway", 5s, world_.random);
    call.identity.user = UserId::from(request.query.substr(0, end));
    call.identity.session = session;
    LiveReply reply{streams, authenticator, world_.clock};
    co_return co_await reply.begin(world_.loop.get_executor(), std::move(call),
                                   world_.clock.now() + token_lives, request.query.substr(end + 1));
  }

  souk::testing::World& world_;
  bool stopped_ = false;

 public:
  SessionId session{Uuid{{5}}};
  std::chrono::milliseconds token_lives{60'000};
  rpc::Channel users_channel, notifications_channel;

 private:
  runtime::ModuleContext context_;

 public:
  Authenticator authenticator;
  LiveStreams streams;
  http::Server server;
};

class LiveTest : public ::testing::Test {
 protected:
  bool eventually(const std::function<bool()>& holds) { return world.wait_until(holds); }
  /// Is shown what happens from now on.
  std::unique_ptr<Onlooker> looks(LiveReplica& replica, const UserId& user,
                                  const std::string& after = "") {
    for (;;) {  // a replica that has just begun may not be ready
      auto one = replica.look(user, after);
      EXPECT_TRUE(eventually([&] { return one->saw("event: ready") || one->ended(); }));
      if (!one->saw("503")) return one;
    }
  }

  souk::testing::World world;
  FakeUsers users{world};
  FakeNotifications notifications{world};
  const UserId zoe{Uuid{{1}}}, max{Uuid{{2}}};
};

TEST_F(LiveTest, ShowsWhatHappensToOneselfAndNothingElse) {
  LiveReplica replica{world, users, notifications};
  const auto screen = looks(replica, zoe);
  notifications.happens(max, "cancelled");
  const auto id = notifications.happens(zoe, "confirmed");
  ASSERT_TRUE(eventually([&] { return screen->saw("confirmed"); }));
  EXPECT_TRUE(screen->saw("id: " + id + "\nevent: order\ndata: {\"status\":\"confirmed\"}\n\n"));
  EXPECT_TRUE(screen->saw("Content-Type: text/event-stream"));
  EXPECT_FALSE(screen->saw("cancelled"));
}

TEST_F(LiveTest, GoesOnWhereAClientWasCutOff) {
  LiveReplica replica{world, users, notifications};
  const auto first = notifications.happens(zoe, "s1");
  for (int i = 2; i <= 8; ++i) {
    notifications.happens(zoe, fmt::format("s{}", i));
    notifications.happens(max, "other");
  }
  const auto screen = looks(replica, zoe, first);
  notifications.happens(zoe, "s9");
  ASSERT_TRUE(eventually([&] { return screen->saw("s9"); }));
  for (int i = 2; i <= 9; ++i) EXPECT_EQ(screen->count(fmt::format("\"s{}\"", i)), 1U) << i;
  EXPECT_EQ(screen->count("\"s1\""), 0U);
  EXPECT_EQ(screen->count("other"), 0U);
}

TEST_F(LiveTest, EachReplicaShowsEverything) {
  LiveReplica here{world, users, notifications};
  LiveReplica there{world, users, notifications};
  const auto phone = looks(here, zoe);
  const auto laptop = looks(there, zoe);
  notifications.happens(zoe, "confirmed");
  EXPECT_TRUE(eventually([&] { return phone->saw("confirmed") && laptop->saw("confirmed"); }));
}

TEST_F(LiveTest, EndsWithItsToken) {
  LiveReplica replica{world, users, notifications};
  replica.token_lives = 1500ms;
  const auto screen = looks(replica, zoe);
  ASSERT_TRUE(eventually([&] { return screen->ended(); }));
  EXPECT_TRUE(screen->saw("event: end\ndata: {\"reason\":\"token_expired\"}"));
}

TEST_F(LiveTest, EndsWithItsSession) {
  LiveReplica replica{world, users, notifications};
  const auto screen = looks(replica, zoe);
  replica.authenticator.refuse(replica.session);
  ASSERT_TRUE(eventually([&] { return screen->ended(); }));
  EXPECT_TRUE(screen->saw("session_ended"));
}

TEST_F(LiveTest, HasPlacesForSoManyAndGivesThemBack) {
  LiveReplica replica{world, users, notifications};
  std::vector<std::unique_ptr<Onlooker>> tabs;
  for (int i = 0; i < 6; ++i) tabs.push_back(looks(replica, zoe));
  const auto seventh = replica.look(zoe);
  ASSERT_TRUE(eventually([&] { return seventh->ended(); }));
  EXPECT_TRUE(seventh->saw("too_many_streams"));
  EXPECT_TRUE(looks(replica, max)->saw("event: ready")) << "others have their own";
  tabs.clear();
  EXPECT_TRUE(eventually([&] {
    const auto again = replica.look(zoe);
    eventually([&] { return again->saw("event: ready") || again->ended(); });
    return again->saw("event: ready");
  }));
}

TEST_F(LiveTest, AStopEndsThemCleanlyAndLetsNobodyIn) {
  LiveReplica replica{world, users, notifications};
  const auto screen = looks(replica, zoe);
  replica.streams.close();
  ASSERT_TRUE(eventually([&] { return screen->ended(); }));
  EXPECT_TRUE(screen->saw("\"reason\":\"reconnect\""));
  const auto late = replica.look(zoe);
  ASSERT_TRUE(eventually([&] { return late->ended(); }));
  EXPECT_TRUE(late->saw("503"));
  EXPECT_TRUE(replica.stop()) << "something had to be cut short";
}

TEST_F(LiveTest, NothingIsLostWhileNotificationServiceIsAway) {
  LiveReplica replica{world, users, notifications};
  const auto screen = looks(replica, zoe);
  notifications.down = true;
  notifications.happens(zoe, "s1");
  const auto until = std::chrono::steady_clock::now() + 1200ms;
  world.wait_until([&] { return std::chrono::steady_clock::now() > until; });
  EXPECT_FALSE(screen->saw("s1"));
  EXPECT_FALSE(screen->ended());
  notifications.down = false;
  EXPECT_TRUE(eventually([&] { return screen->saw("s1"); }));
  EXPECT_EQ(screen->count("\"s1\""), 1U);
}

}  // namespace
}  // namespace souk::gateway
