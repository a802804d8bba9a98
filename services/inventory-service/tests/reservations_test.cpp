#include <map>
#include <random>

#include "replica.hpp"

namespace souk::inventory {
namespace {

using namespace std::chrono_literals;

class ReservationsTest : public InventoryTest {
 protected:
  /// Asks all at once, every other one of the second replica; gives back how often each answer
  /// came.
  std::map<std::string, int> ask_all(std::vector<Command> commands) {
    std::map<std::string, int> answers;
    std::size_t done = 0;
    for (std::size_t i = 0; i < commands.size(); ++i) {
      boost::asio::co_spawn(world.loop, ask(i % 2 == 0 ? first : second, commands[i]),
                            [&](std::exception_ptr, const std::string& answer) {
                              ++answers[answer];
                              ++done;
                            });
    }
    EXPECT_TRUE(world.wait_until([&] { return done == commands.size(); }));
    return answers;
  }
};

// INVARIANTS 1: two replicas, 2,000 buyers, 100 units.
TEST_F(ReservationsTest, TwoThousandBuyersOfAHundredUnitsBuyExactlyAHundred) {
  set("HOT", 100);
  std::vector<Command> commands;
  for (int i = 0; i < 2000; ++i) {
    commands.push_back({.action = Action::reserve, .order = new_order(), .lines = {{"HOT", 1}}});
  }
  const auto start = std::chrono::steady_clock::now();
  auto answers = ask_all(commands);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  RecordProperty("reservations_per_second", std::to_string(static_cast<int>(2000 / took.count())));
  EXPECT_EQ(answers["ok"], 100);
  EXPECT_EQ(answers["missing"], 1900);
  for (auto& command : commands) command.action = Action::claim;
  answers = ask_all(commands);
  EXPECT_EQ(answers["ok"], 100);
  EXPECT_EQ(answers["hold_released"], 1900);
  EXPECT_EQ(stock("HOT").on_hand, 0);
  EXPECT_EQ(count("SELECT count(*) AS n FROM movements WHERE kind = 'sale'"), 100);
}

TEST_F(ReservationsTest, SameOrderAskedForByBothReplicasAtOnceIsHeldOnce) {
  set("A", 1000);
  set("B", 1000);
  for (int round = 0; round < 20; ++round) {
    const auto order = new_order();
    // Without a SKU in common no lock on the stock keeps the two apart.
    std::vector<Command> commands;
    for (int i = 0; i < 6; ++i) {
      commands.push_back(
          {.action = Action::reserve, .order = order, .lines = {{i % 2 == 0 ? "A" : "B", 1}}});
    }
    EXPECT_EQ(ask_all(commands)["ok"], 6);
  }
  EXPECT_EQ(count("SELECT sum(reserved)::bigint AS n FROM stock"), 20);
}

TEST_F(ReservationsTest, ReserveAndReleaseThatRaceEndReleased) {
  set("A", 1000);
  for (int round = 0; round < 30; ++round) {
    const auto order = new_order();
    ask_all({{.action = Action::reserve, .order = order, .lines = {{"A", 1}}},
             {.action = Action::release, .order = order}});
    EXPECT_EQ(ask_now({.action = Action::reserve, .order = order, .lines = {{"A", 1}}}),
              "hold_released");
  }
  EXPECT_EQ(stock("A").reserved, 0);
}

// Few orders at a time in each of many replicas: batches that overlap in some of their SKUs.
TEST_F(ReservationsTest, OverlappingOrdersInAnyOrderNeverDeadlock) {
  constexpr int kReplicas = 6;
  constexpr int kWorkers = 12;
  constexpr int kSkus = 8;
  for (int i = 0; i < kSkus; ++i) set("S" + std::to_string(i), 100000);
  std::vector<std::unique_ptr<Replica>> replicas;
  for (int i = 0; i < kReplicas; ++i) replicas.push_back(std::make_unique<Replica>(world, *where));
  const auto work = [](auto& test, Replica& replica, unsigned seed, int& done) -> Task<> {
    std::mt19937 random{seed};
    for (int i = 0; i < 40; ++i) {
      Command command{.action = Action::reserve, .order = test.new_order()};
      for (int line = 0; line < 3; ++line)
        command.lines["S" + std::to_string(random() % kSkus)] = 1;
      EXPECT_EQ(co_await test.ask(replica, command), "ok");
      command.action = i % 3 == 0 ? Action::release : Action::claim;
      EXPECT_EQ(co_await test.ask(replica, command), "ok");
    }
    ++done;
  };
  int done = 0;
  for (unsigned i = 0; i < kWorkers; ++i) {
    boost::asio::co_spawn(world.loop, work(*this, *replicas[i % kReplicas], i, done),
                          boost::asio::detached);
  }
  ASSERT_TRUE(world.wait_until([&] { return done == kWorkers; }));
  for (const auto& replica : replicas)
    EXPECT_EQ(replica->failed_statements, 0);  // a deadlock is one
}

TEST_F(ReservationsTest, WhatIsMissingIsNamedAndNothingIsHeld) {
  set("A", 5);
  set("B", 1);
  const auto order = new_order();
  const auto answer = world.run(first.reservations.submit(
      world.call(),
      {.action = Action::reserve, .order = order, .lines = {{"A", 1}, {"B", 2}, {"C", 1}}}));
  EXPECT_FALSE(answer.reserved);
  EXPECT_EQ(answer.missing, (std::vector<Sku>{"B", "C"}));
  EXPECT_EQ(stock("A").reserved, 0);
}

// What comes into stock meanwhile is for others: two who drive one checkout hear one answer.
TEST_F(ReservationsTest, ARefusalIsForGood) {
  set("A", 1);
  Command command{.action = Action::reserve, .order = new_order(), .lines = {{"A", 2}}};
  EXPECT_EQ(ask_now(command), "missing");
  set("A", 2);
  EXPECT_EQ(ask_now(command), "missing");
  EXPECT_EQ(world.run(second.reservations.submit(world.call(), command)).missing,
            std::vector<Sku>{"A"});
  command.order = new_order();
  EXPECT_EQ(ask_now(command), "ok");
}

TEST_F(ReservationsTest, TenantsDoNotSeeEachOther) {
  const TenantId other{world.ids.next()};
  set("A", 5);
  Command command{.action = Action::reserve, .order = new_order(), .lines = {{"A", 1}}};
  const auto answer = world.run(first.reservations.submit(world.call(other), command));
  EXPECT_EQ(answer.missing, std::vector<Sku>{"A"});
  world.run(first.keeping.set(world.call(other), "A", 1));
  command.order = new_order();
  EXPECT_TRUE(world.run(first.reservations.submit(world.call(other), command)).reserved);
  EXPECT_EQ(stock("A").reserved, 0);
}

TEST_F(ReservationsTest, ExpiredCallIsNotBegun) {
  set("A", 5);
  auto call = world.call();
  call.deadline = std::chrono::steady_clock::now() - 1ms;
  try {
    world.run(first.reservations.submit(
        call, {.action = Action::reserve, .order = new_order(), .lines = {{"A", 1}}}));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::deadline_exceeded);
  }
  EXPECT_EQ(stock("A").reserved, 0);
}

}  // namespace
}  // namespace souk::inventory
