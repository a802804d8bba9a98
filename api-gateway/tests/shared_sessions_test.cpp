#include <gtest/gtest.h>

#include "common/replicas.pb.h"
#include "replica.hpp"
#include "security/signer.hpp"

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

/// Two replicas and a user-service, from which either can be cut off.
class SharedSessions : public ReplicasTest {
 protected:
  SharedSessions() {
    users.connect(a->users);
    users.connect(b->users);
  }
  ~SharedSessions() override {
    a->users.disconnect();
    b->users.disconnect();
  }

  void start_all() {
    start_both();
    world.run(a->authenticator.start());
    world.run(b->authenticator.start());
  }

  static void cut_off(Replica& replica) { replica.users.disconnect(); }

  SessionId new_session() { return SessionId{world.ids.next()}; }

  /// Asks for `time` whether `replica` lets the token in; when it last did.
  Steady::time_point last_let_in(const Replica& replica, const std::string& token,
                                 std::chrono::milliseconds time) {
    Steady::time_point last{};
    const auto end = Steady::now() + time;
    while (Steady::now() < end) {
      const auto asked = Steady::now();
      if (replica.enter(token) == "let in") last = asked;
      pass(20ms);
    }
    return last;
  }

  FakeUsers users{world};
};

TEST_F(SharedSessions, ALogoutHereIsKnownThereBeforeAnybodyAsks) {
  start_all();
  const auto session = new_session();
  const auto token = users.token(session);
  ASSERT_EQ(b->enter(token), "let in");
  a->authenticator.revoke(session);  // user-service, which could tell b, is not told
  EXPECT_EQ(a->enter(token), "invalid_token");
  EXPECT_TRUE(eventually([&] { return b->enter(token) == "invalid_token"; }));
  EXPECT_EQ(b->enter(users.token(new_session())), "let in");
}

TEST_F(SharedSessions, WhoIsCutOffAsksANeighbour) {
  start_all();
  const auto session = new_session();
  const auto token = users.token(session);
  cut_off(*b);
  // Longer than it may believe anything by itself.
  EXPECT_GT(last_let_in(*b, token, 7s), Steady::now() - 500ms);
  users.end(session);
  const auto ended = Steady::now();
  const auto last = last_let_in(*b, token, 6s);
  EXPECT_LE(last, ended + 5s) << "let in for more than 5 s after its end";
  EXPECT_EQ(b->enter(token), "invalid_token");
  EXPECT_EQ(b->enter(users.token(new_session())), "let in");
}

TEST_F(SharedSessions, WhoStartsCutOffLearnsTheKeysFromANeighbour) {
  start_both();
  world.run(a->authenticator.start());
  const auto ended = new_session();
  users.end(ended);
  cut_off(*b);
  world.run(b->authenticator.start());
  EXPECT_EQ(b->enter(users.token(new_session())), "let in");
  EXPECT_EQ(b->enter(users.token(ended)), "invalid_token");
}

// INVARIANTS 22: with no way to user-service there is no way to know, so nobody is let in.
TEST_F(SharedSessions, WhereNobodyReachesUserServiceNobodyIsLetIn) {
  start_all();
  const auto session = new_session();
  const auto token = users.token(session);
  cut_off(*a);
  cut_off(*b);
  users.end(session);
  const auto ended = Steady::now();
  const auto last_a = last_let_in(*a, token, 3s);
  const auto last_b = last_let_in(*b, token, 4s);
  EXPECT_LE(last_a, ended + 5s);
  EXPECT_LE(last_b, ended + 5s);
  EXPECT_EQ(a->enter(token), "unavailable");
  EXPECT_EQ(b->enter(token), "unavailable");
  users.connect(b->users);
  EXPECT_TRUE(eventually([&] { return a->enter(token) == "invalid_token"; })) << "b is back";
  EXPECT_EQ(a->enter(users.token(new_session())), "let in");
}

TEST_F(SharedSessions, WithoutRedisTheOneThatIsCutOffLetsNobodyInAfter5Seconds) {
  start_all();
  const auto session = new_session();
  const auto token = users.token(session);
  server.kill_9();
  EXPECT_EQ(a->enter(token), "let in");
  cut_off(*b);
  users.end(session);
  const auto ended = Steady::now();
  EXPECT_LE(last_let_in(*b, token, 6500ms), ended + 5s);
  EXPECT_EQ(b->enter(token), "unavailable");
  EXPECT_EQ(a->enter(token), "invalid_token");
  server.start();
  EXPECT_TRUE(eventually([&] { return b->enter(token) == "invalid_token"; }));
}

// What a neighbour heard before the session ended arrives afterwards: it must not count as news.
TEST_F(SharedSessions, AnAnswerIsAsOldAsItsQuestion) {
  start_both();
  world.run(b->authenticator.start());
  const auto session = new_session();
  const auto token = users.token(session);
  cut_off(*b);
  users.answers_after = 1500ms;
  const auto before = users.questions;
  ASSERT_TRUE(eventually([&] { return users.questions > before; }));  // by a, for b
  users.end(session);
  const auto ended = Steady::now();
  cut_off(*a);
  EXPECT_LE(last_let_in(*b, token, 7s), ended + 5s);
  EXPECT_EQ(b->enter(token), "unavailable");
  users.connect(a->users);
  EXPECT_TRUE(eventually([&] { return b->enter(token) == "invalid_token"; }));
}

TEST_F(SharedSessions, WhatRedisSaysByItselfIsNotBelieved) {
  start_all();
  const auto session = new_session();
  const auto token = users.token(session);
  const auto publish = [&](const std::string& channel, const std::string& text) {
    return world.run(a->redis.command(Steady::now() + 5s, {"PUBLISH", channel, text})).integer();
  };
  // Under another key, it ends nobody's session.
  common::v1::SessionEnded ended;
  ended.set_session_id(session.str());
  const security::Signer forger{security::SecretKey{std::array<std::uint8_t, 32>{9}},
                                "replica post souk:sessions:ended"};
  EXPECT_EQ(publish("souk:sessions:ended", ended.SerializeAsString()), 2);
  EXPECT_EQ(publish("souk:sessions:ended", forger.seal(ended.SerializeAsString())), 2);
  pass(200ms);
  EXPECT_EQ(b->enter(token), "let in");

  // An answer that was true once, sent again and again, proves nothing.
  const auto channels = world.run(
      a->redis.command(Steady::now() + 5s, {"PUBSUB", "CHANNELS", "souk:sessions:answers:*"}));
  ASSERT_EQ(channels.items().size(), 2U);
  std::vector<std::pair<std::string, std::string>> overheard;
  std::vector<std::string> names;
  for (const auto& name : channels.items()) names.push_back(name.text());
  bool listening = false;
  redis::Subscriber eavesdropper{
      world.loop.get_executor(),
      redis::parse_url(server.url()),
      names,
      {.on_message = [&](const auto& channel,
                         const auto& text) { overheard.emplace_back(channel, text); },
       .on_connected = [&] { listening = true; }},
      world.log,
      world.metrics,
      world.random};
  eavesdropper.start();
  ASSERT_TRUE(eventually([&] { return listening; }));
  cut_off(*b);
  ASSERT_TRUE(eventually([&] { return overheard.size() >= 2; }));
  world.run(eavesdropper.stop());
  cut_off(*a);
  users.end(session);
  const auto end = Steady::now();
  Steady::time_point last{};
  while (Steady::now() < end + 6s) {
    for (const auto& [channel, text] : overheard) publish(channel, text);
    last = std::max(last, last_let_in(*b, token, 100ms));
  }
  EXPECT_LE(last, end + 5s);
  EXPECT_EQ(b->enter(token), "unavailable");
}

}  // namespace
}  // namespace souk::gateway
