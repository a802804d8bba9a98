#include "security/password_hasher.hpp"

#include <algorithm>
#include <ctime>
#include <limits>
#include <optional>

#include <boost/asio.hpp>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace souk::security {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// The least that Argon2 allows: microseconds instead of 20 ms.
constexpr PasswordHashing kFast{.memory_bytes = 8192, .passes = 1};

/// Counts what becomes of a crowd of calls.
struct Outcome {
  int done = 0;
  int refused = 0;
  int resumed_elsewhere = 0;
};

Task<> hash_once(PasswordHasher& hasher, Outcome& outcome) {
  const auto caller = std::this_thread::get_id();
  try {
    const auto phc = co_await hasher.hash("correct horse");
    ++(phc.starts_with("$argon2id$") ? outcome.done : outcome.refused);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::unavailable);
    EXPECT_TRUE(error.retry_after.has_value());
    ++outcome.refused;
  }
  if (std::this_thread::get_id() != caller) ++outcome.resumed_elsewhere;
}

class PasswordHasherTest : public testing::Test {
 protected:
  /// Runs a task to its end on an event loop of its own.
  template <class T>
  T run(Task<T> task) {
    loop_.restart();
    auto result = asio::co_spawn(loop_, std::move(task), asio::use_future);
    loop_.run();
    return result.get();
  }

  Outcome storm(PasswordHasher& hasher, int calls) {
    Outcome outcome;
    loop_.restart();
    for (int i = 0; i < calls; ++i) {
      asio::co_spawn(loop_, hash_once(hasher, outcome), asio::detached);
    }
    loop_.run();
    return outcome;
  }

  asio::io_context loop_{1};
};

TEST_F(PasswordHasherTest, KnowsThePasswordAgain) {
  PasswordHasher hasher{kFast};
  const auto phc = run(hasher.hash("correct horse"));
  EXPECT_TRUE(run(hasher.verify("correct horse", phc)));
  EXPECT_FALSE(run(hasher.verify("correct horsf", phc)));
  EXPECT_FALSE(run(hasher.verify("", phc)));
  EXPECT_FALSE(run(hasher.verify(std::string{"correct horse\0", 14}, phc)));
}

TEST_F(PasswordHasherTest, TheSamePasswordHasTwoHashes) {
  PasswordHasher hasher{kFast};
  EXPECT_NE(run(hasher.hash("correct horse")), run(hasher.hash("correct horse")));
}

TEST_F(PasswordHasherTest, KeepsToOwaspByDefault) {
  PasswordHasher hasher;
  const auto phc = run(hasher.hash("correct horse"));
  EXPECT_TRUE(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << phc;
  EXPECT_TRUE(run(hasher.verify("correct horse", phc)));
}

TEST_F(PasswordHasherTest, WhatIsNoHashMatchesNothing) {
  PasswordHasher hasher{kFast};
  for (const auto phc : {"", "correct horse", "$argon2id$", "$2b$10$abcdefghijklmnopqrstuv",
                         "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"}) {
    EXPECT_FALSE(run(hasher.verify("correct horse", phc))) << phc;
    EXPECT_TRUE(hasher.needs_rehash(phc)) << phc;
  }
}

TEST_F(PasswordHasherTest, SaysWhenParametersHaveMovedOn) {
  PasswordHasher then{kFast};
  PasswordHasher now{{.memory_bytes = 16384, .passes = 1}};
  const auto phc = run(then.hash("correct horse"));
  EXPECT_FALSE(then.needs_rehash(phc));
  EXPECT_TRUE(now.needs_rehash(phc));
  EXPECT_TRUE(run(now.verify("correct horse", phc))) << "until then the old hash works";
}

TEST_F(PasswordHasherTest, AnUnknownAccountTakesAsLongAsAKnownOne) {
  PasswordHasher hasher;
  const auto phc = run(hasher.hash("correct horse"));
  auto known = std::numeric_limits<std::clock_t>::max();
  auto unknown = known;
  // Processor time, in turns, the best of five: what else the machine does only ever adds.
  for (int i = 0; i < 5; ++i) {
    const auto start = std::clock();
    EXPECT_FALSE(run(hasher.verify("wrong", phc)));
    const auto middle = std::clock();
    EXPECT_FALSE(run(hasher.verify_dummy("wrong")));
    known = std::min(known, middle - start);
    unknown = std::min(unknown, std::clock() - middle);
  }
  EXPECT_LT(unknown, 2 * known);
  EXPECT_LT(known, 2 * unknown);
}

TEST_F(PasswordHasherTest, ResumesOnTheCallersLoop) {
  PasswordHasher hasher{kFast};
  const auto outcome = storm(hasher, 20);
  EXPECT_EQ(outcome.done, 20);
  EXPECT_EQ(outcome.resumed_elsewhere, 0);
}

TEST_F(PasswordHasherTest, TheLoopIsFreeMeanwhile) {
  PasswordHasher hasher;
  Outcome outcome;
  asio::co_spawn(loop_, hash_once(hasher, outcome), asio::detached);
  std::optional<int> done_when_others_ran;
  asio::post(loop_, [&] { done_when_others_ran = outcome.done; });
  loop_.run();
  EXPECT_EQ(done_when_others_ran, 0);
  EXPECT_EQ(outcome.done, 1);
}

TEST_F(PasswordHasherTest, ALoginStormIsBoundedAndPasses) {
  PasswordHasher hasher{{.workers = 2, .queue_limit = 4}};
  const auto outcome = storm(hasher, 300);
  EXPECT_EQ(outcome.done + outcome.refused, 300);
  EXPECT_GE(outcome.done, 6) << "two running and four waiting are served";
  EXPECT_LT(outcome.done, 100) << "the rest is told to come back";
  EXPECT_EQ(storm(hasher, 6).done, 6) << "and then it works again";
}

TEST_F(PasswordHasherTest, RefusesAPasswordThatIsTooLongBeforeHashing) {
  PasswordHasher hasher{kFast};
  const std::string longest(512, 'x');
  const auto phc = run(hasher.hash(longest));
  EXPECT_TRUE(run(hasher.verify(longest, phc)));
  const std::string huge(10'000'000, 'x');
  const auto expect_refused = [&](auto call) {
    try {
      run(call());
      ADD_FAILURE() << "not refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Kind::validation);
    }
  };
  expect_refused([&] { return hasher.hash(longest + 'x'); });
  expect_refused([&] { return hasher.hash(huge); });
  expect_refused([&] { return hasher.verify(huge, phc); });
  expect_refused([&] { return hasher.verify_dummy(huge); });
}

TEST_F(PasswordHasherTest, StopsCleanlyUnderLoad) {
  PasswordHasher hasher{{.workers = 2, .queue_limit = 50}};
  Outcome outcome;
  for (int i = 0; i < 50; ++i) {
    asio::co_spawn(loop_, hash_once(hasher, outcome), asio::detached);
  }
  asio::post(loop_, [&] { hasher.stop(); });
  loop_.run();  // ends only once every call has got its answer
  EXPECT_EQ(outcome.done + outcome.refused, 50);
  EXPECT_GE(outcome.refused, 1);
  EXPECT_EQ(storm(hasher, 3).refused, 3);
}

}  // namespace
}  // namespace souk::security
