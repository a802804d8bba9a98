#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/server.h>
#include <gtest/gtest.h>

#include "internal/middleware/redis_second_level.hpp"
#include "internal/middleware/replicas.hpp"
#include "redis/private_redis.hpp"
#include "runtime/rpc_service.hpp"
#include "testing/world.hpp"

/// Two replicas of what the gateway shares, on one loop in the test's thread.
namespace souk::gateway {

/// user-service, as far as the gateway asks it: one signing key, and the sessions that ended.
class FakeUsers {
 public:
  explicit FakeUsers(souk::testing::World& world);
  ~FakeUsers();

  void end(const SessionId& session) { ended_.push_back(session); }
  /// An Authorization header's value.
  std::string token(const SessionId& session) const;
  void connect(rpc::Channel& channel) { channel.connect(server_->InProcessChannel({})); }

  int questions = 0;
  std::chrono::milliseconds answers_after{0};  ///< how long an answer is on its way

 private:
  Task<user::v1::GetJwksReply> jwks(rpc::Call& call, const user::v1::GetJwksRequest& request);
  Task<user::v1::ListRevocationsReply> revocations(rpc::Call& call,
                                                   const user::v1::ListRevocationsRequest& request);

  souk::testing::World& world_;
  security::KeyRing keys_;
  std::vector<SessionId> ended_;  // numbered from 1
  rpc::Service service_;
  std::unique_ptr<grpc::Server> server_;
};

/// What a replica of the gateway keeps and shares, without its HTTP server.
class Replica {
 public:
  Replica(souk::testing::World& world, const redis::Address& address, Rate rate);

  void start();
  void stop();

  /// The body that a GET of `page` gets; fetched by `fetch` where nobody has it.
  std::string get(const std::string& page, SecondLevel::FetchBody fetch);
  Task<std::string> getting(std::string page, SecondLevel::FetchBody fetch);
  /// Serves `body` and counts.
  SecondLevel::FetchBody serving(std::string body) {
    return [this, body]() -> Task<std::string> {
      ++fetches;
      co_return body;
    };
  }
  bool keeps(const std::string& page) { return cache.find(page) != nullptr; }
  /// "fine", or the error's code.
  std::string take(const std::string& key);
  std::string take_from_all(const std::string& key);
  /// "let in", or the error's code.
  std::string enter(const std::string& token) const;

 private:
  souk::testing::World& world_;
  runtime::ModuleContext context_;

 public:
  rpc::Channel users;
  Authenticator authenticator;
  SharedLimit limit;
  ResponseCache cache;
  redis::Client redis;
  RedisSecondLevel second_level;
  Route route;
  int fetches = 0;
  int gaps = 0;
  Replicas replicas;
};

class ReplicasTest : public ::testing::Test {
 protected:
  explicit ReplicasTest(Rate rate = {0.001, 4});
  ~ReplicasTest() override;

  /// Until both hear each other.
  void start_both();
  bool eventually(const std::function<bool()>& holds) { return world.wait_until(holds); }
  /// Runs the loop for that long.
  void pass(std::chrono::milliseconds time);

 private:
  static std::filesystem::path made();
  std::filesystem::path folder_;

 protected:
  redis::PrivateRedis server;
  souk::testing::World world;
  std::unique_ptr<Replica> a, b;
};

}  // namespace souk::gateway
