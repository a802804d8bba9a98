#include "runtime/idempotency.hpp"

#include <map>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/random.hpp"
#include "database/blocking.hpp"
#include "inventory/inventory.pb.h"
#include "testing/test_database.hpp"

namespace souk::runtime {
namespace {

using database::Query;
using database::Transaction;
using namespace std::chrono_literals;

constexpr EmbeddedFile kMigrations[] = {{"001_test.sql", R"(
-- +up
CREATE TABLE effects (tenant_id uuid NOT NULL DEFAULT souk_tenant(), delta int NOT NULL);
-- +down
DROP TABLE effects;
)"}};
std::span<const EmbeddedFile> test_migrations() { return kMigrations; }

constexpr Query kEffect{"test.effect", "INSERT INTO effects (delta) SELECT $1 FROM pg_sleep(0.01)"};
constexpr Query kCount{"test.count", "SELECT count(*) AS n FROM effects"};

class IdempotencyTest : public testing::DatabaseTest<test_migrations> {
 protected:
  void SetUp() override {
    database::BlockingConnection{test_database->owner_url()}.run(
        "TRUNCATE effects, idempotency_keys");
  }

  rpc::Call new_call(const std::string& key, UserId user = UserId{}) {
    auto call = rpc::Call::background("api-gateway", 10s, random);
    call.identity.user = user;
    call.idempotency_key = key;
    return call;
  }

  static inventory::v1::AdjustStockRequest request(int delta) {
    inventory::v1::AdjustStockRequest request;
    request.set_sku("A");
    request.set_delta(delta);
    return request;
  }

  Task<std::int64_t> adjust(rpc::Call& call, inventory::v1::AdjustStockRequest wanted) {
    co_return co_await database.transact(
        call.scope(), [&](Transaction& tx) { return adjust_in(tx, call, wanted); });
  }

  Task<std::int64_t> adjust_in(Transaction& tx, rpc::Call& call,
                               const inventory::v1::AdjustStockRequest& wanted) {
    Idempotency once{call, "AdjustStock", wanted};
    if (const auto stored = co_await once.claim<inventory::v1::Stock>(tx))
      co_return stored->on_hand();
    co_await tx.query(kEffect, wanted.delta());
    if (fail) throw Error{Kind::conflict, "insufficient_stock", "No."};
    inventory::v1::Stock reply;
    reply.set_on_hand(100 + wanted.delta());
    once.store(tx, reply);
    co_return reply.on_hand();
  }

  std::string code_of(rpc::Call& call, int delta) {
    try {
      run(adjust(call, request(delta)));
      return "";
    } catch (const Error& error) {
      return error.code;
    }
  }

  std::int64_t effects() {
    return run(database.query_one(testing::scope(), kCount)).get<std::int64_t>("n");
  }

  SystemRandom random;
  bool fail = false;
};

TEST_F(IdempotencyTest, FiftyParallelCallsWithOneKeyHaveOneEffect) {
  std::map<std::string, int> outcomes;
  const auto one = [](auto& test, std::map<std::string, int>& all) -> Task<> {
    auto call = test.new_call("k");
    std::string outcome;
    try {
      const auto on_hand = co_await test.adjust(call, request(1));
      outcome = std::to_string(on_hand) + (call.reply.replayed ? " replayed" : "");
    } catch (const Error& error) {
      outcome = error.code;
    }
    ++all[outcome];
  };
  for (int i = 0; i < 50; ++i) {
    boost::asio::co_spawn(loop, one(*this, outcomes), boost::asio::detached);
  }
  const auto answers = [&] {
    int sum = 0;
    for (const auto& [outcome, times] : outcomes) sum += times;
    return sum;
  };
  for (loop.restart(); answers() < 50;) loop.run_one();
  EXPECT_EQ(effects(), 1);
  EXPECT_EQ(outcomes["101"], 1);
  EXPECT_EQ(outcomes["101 replayed"] + outcomes["idempotency_in_progress"], 49);
  auto retry = new_call("k");
  EXPECT_EQ(run(adjust(retry, request(1))), 101);
  EXPECT_TRUE(retry.reply.replayed);
}

TEST_F(IdempotencyTest, OtherBodyIsRefused) {
  auto call = new_call("k");
  EXPECT_EQ(run(adjust(call, request(1))), 101);
  EXPECT_FALSE(call.reply.replayed);
  EXPECT_EQ(code_of(call, 2), "idempotency_key_reused");
  EXPECT_EQ(effects(), 1);
}

TEST_F(IdempotencyTest, KeysOfOthersAreOthers) {
  auto mine = new_call("k", UserId{Uuid{{1}}});
  auto theirs = new_call("k", UserId{Uuid{{2}}});
  auto elsewhere = new_call("k", UserId{Uuid{{1}}});
  elsewhere.identity.tenant = TenantId{Uuid{{9}}};
  run(adjust(mine, request(1)));
  EXPECT_EQ(run(adjust(theirs, request(2))), 102);
  EXPECT_EQ(run(adjust(elsewhere, request(3))), 103);
  EXPECT_FALSE(theirs.reply.replayed || elsewhere.reply.replayed);
}

TEST_F(IdempotencyTest, FailureIsNotStored) {
  auto call = new_call("k");
  fail = true;
  EXPECT_EQ(code_of(call, 1), "insufficient_stock");
  fail = false;
  EXPECT_EQ(run(adjust(call, request(2))), 102);
  EXPECT_EQ(effects(), 1);
}

TEST_F(IdempotencyTest, WithoutAKeyEachCallCounts) {
  auto call = new_call("");
  run(adjust(call, request(1)));
  run(adjust(call, request(1)));
  EXPECT_EQ(effects(), 2);
}

TEST_F(IdempotencyTest, OldKeysAreForgotten) {
  auto call = new_call("k");
  run(adjust(call, request(1)));
  const auto now = SystemClock{}.now();
  EXPECT_EQ(run(purge_idempotency_keys(database, testing::scope(), now - 24h)), 0U);
  EXPECT_EQ(run(purge_idempotency_keys(database, testing::scope(), now + 1s)), 1U);
  EXPECT_EQ(run(adjust(call, request(2))), 102);
}

}  // namespace
}  // namespace souk::runtime
