#include "database/batcher.hpp"

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "core/error.hpp"

namespace souk::database {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using Numbers = Batcher<int, std::string>;

/// Submits numbers at once; each batch takes a moment, as a commit does.
class BatcherTest : public ::testing::Test {
 protected:
  Task<std::vector<std::string>> execute(std::vector<int> commands) {
    running = running + 1;
    most_running = std::max(most_running, running);
    batches.push_back(commands);
    asio::steady_timer timer(loop, 2ms);
    co_await timer.async_wait(asio::use_awaitable);
    --running;
    std::vector<std::string> replies;
    for (int command : commands) {
      if (command == poison) throw Error(kind, "poisoned", "");
      replies.push_back(std::to_string(command));
    }
    co_return replies;
  }

  void submit(Numbers& batcher, int count, int first = 0) {
    for (int i = first; i < first + count; ++i) {
      asio::co_spawn(loop, ask(batcher, i, std::chrono::steady_clock::now() + 10s), asio::detached);
    }
  }
  Task<> ask(Numbers& batcher, int command, Numbers::Deadline deadline) {
    try {
      answers[command] = co_await batcher.submit(command, deadline);
    } catch (const Error& error) {
      answers[command] = error.code;
    }
  }

  asio::io_context loop{1};
  std::vector<std::vector<int>> batches;
  std::map<int, std::string> answers;
  int running = 0, most_running = 0;
  int poison = -1;
  Kind kind = Kind::conflict;
  Numbers::Execute function = [this](std::vector<int> commands) {
    return execute(std::move(commands));
  };
};

TEST_F(BatcherTest, CommandsThatMeetShareABatchAndGetTheirOwnReply) {
  Numbers batcher(loop.get_executor(), function, {.max_batch = 50});
  submit(batcher, 100);
  loop.run();
  EXPECT_EQ(answers.size(), 100U);
  for (const auto& [command, answer] : answers) EXPECT_EQ(answer, std::to_string(command));
  EXPECT_LE(batches.size(), 3U);
  for (const auto& batch : batches) EXPECT_LE(batch.size(), 50U);
  EXPECT_EQ(most_running, 1);
}

TEST_F(BatcherTest, LoneCommandDoesNotWait) {
  Numbers batcher(loop.get_executor(), function);
  submit(batcher, 1);
  loop.run();
  EXPECT_THAT(batches, ::testing::ElementsAre(std::vector{0}));
}

TEST_F(BatcherTest, AsManyInFlightAsAllowed) {
  Numbers batcher(loop.get_executor(), function, {.max_batch = 5, .max_in_flight = 3});
  submit(batcher, 60);
  loop.run();
  EXPECT_EQ(most_running, 3);
  EXPECT_EQ(answers.size(), 60U);
}

TEST_F(BatcherTest, PoisonFailsAlone) {
  poison = 3;
  Numbers batcher(loop.get_executor(), function);
  submit(batcher, 6);
  loop.run();
  for (const auto& [command, answer] : answers) {
    EXPECT_EQ(answer, command == poison ? "poisoned" : std::to_string(command));
  }
  EXPECT_THAT(batches.back(), ::testing::ElementsAre(5));
}

TEST_F(BatcherTest, OutageGoesToEveryoneAndNothingRunsTwice) {
  poison = 3, kind = Kind::unavailable;
  Numbers batcher(loop.get_executor(), function);
  submit(batcher, 6);
  loop.run();
  for (const auto& [command, answer] : answers) EXPECT_EQ(answer, "poisoned");
  EXPECT_EQ(batches.size(), 1U);
  poison = -1;
  submit(batcher, 6);
  loop.restart();
  loop.run();
  for (const auto& [command, answer] : answers) EXPECT_EQ(answer, std::to_string(command));
}

TEST_F(BatcherTest, ExpiredCommandIsNotBegun) {
  Numbers batcher(loop.get_executor(), function, {.max_batch = 1});
  submit(batcher, 3);
  asio::co_spawn(loop, ask(batcher, 9, std::chrono::steady_clock::now() + 1ms), asio::detached);
  loop.run();
  EXPECT_EQ(answers[9], "deadline_exceeded");
  EXPECT_THAT(batches, ::testing::Not(::testing::Contains(std::vector{9})));
}

TEST_F(BatcherTest, WaitingRoomIsBounded) {
  Numbers batcher(loop.get_executor(), function, {.max_waiting = 2});
  submit(batcher, 5);
  loop.run();
  EXPECT_EQ(
      std::ranges::count(answers, "unavailable", [](const auto& each) { return each.second; }), 3);
}

TEST_F(BatcherTest, MayGoBeforeItsBatches) {
  auto batcher = std::make_unique<Numbers>(loop.get_executor(), function);
  submit(*batcher, 4);
  loop.poll();
  batcher.reset();
  loop.run();
  EXPECT_EQ(answers.size(), 4U);
}

TEST_F(BatcherTest, MissingReplyIsABugOfTheBatchFunction) {
  Numbers batcher(loop.get_executor(), [](std::vector<int>) -> Task<std::vector<std::string>> {
    co_return std::vector<std::string>{};
  });
  bool caught = false;
  asio::co_spawn(loop, batcher.submit(1, Numbers::Deadline::max()),
                 [&](std::exception_ptr error, std::string) { caught = error != nullptr; });
  loop.run();
  EXPECT_TRUE(caught);
}

}  // namespace
}  // namespace souk::database
