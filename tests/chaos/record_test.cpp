#include "record.hpp"

#include <fstream>
#include <thread>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace souk::chaos {
namespace {

class RecorderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto name = (std::filesystem::temp_directory_path() / "souk-record-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    recorder_.emplace(folder_ / "calls.jsonl");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::vector<boost::json::value> written() const {
    std::vector<boost::json::value> lines;
    std::ifstream file{folder_ / "calls.jsonl"};
    for (std::string line; std::getline(file, line);) lines.push_back(boost::json::parse(line));
    return lines;
  }

  std::filesystem::path folder_;
  std::optional<Recorder> recorder_;
};

TEST_F(RecorderTest, KeepsWhatWasToldInMemoryAndOnDisk) {
  Call call{.who = "shopper-1", .what = "buy", .key = "k", .sku = "LAMP", .quantity = 2};
  const auto number = recorder_->begin(call);
  call.outcome = Outcome::ok;
  call.status = 201;
  call.told_id = "order";
  recorder_->end(number, call);

  ASSERT_EQ(recorder_->calls().size(), 1U);
  EXPECT_EQ(recorder_->calls()[0].told_id, "order");
  EXPECT_GE(recorder_->calls()[0].end_ms, recorder_->calls()[0].start_ms);
  ASSERT_EQ(written().size(), 1U);
  EXPECT_EQ(written()[0].at("outcome").as_string(), "ok");
  EXPECT_EQ(written()[0].at("told_id").as_string(), "order");
}

TEST_F(RecorderTest, ACallThatNobodyAnsweredIsUnknown) {
  recorder_->begin({.who = "shopper-1", .what = "buy", .key = "k"});
  ASSERT_EQ(recorder_->calls().size(), 1U);
  EXPECT_EQ(recorder_->calls()[0].outcome, Outcome::unknown);
  EXPECT_EQ(recorder_->calls()[0].end_ms, 0);
}

TEST_F(RecorderTest, TakesCallsOfManyAtOnce) {
  constexpr int kThreads = 8;
  constexpr int kCalls = 200;
  {
    std::vector<std::jthread> threads;
    for (int who = 0; who < kThreads; ++who) {
      threads.emplace_back([this, who] {
        for (int i = 0; i < kCalls; ++i) {
          Call call{.who = std::to_string(who), .key = std::to_string(i)};
          const auto number = recorder_->begin(call);
          call.status = 200;
          recorder_->end(number, call);
        }
      });
    }
  }
  EXPECT_EQ(recorder_->calls().size(), std::size_t{kThreads * kCalls});
  EXPECT_EQ(written().size(), std::size_t{kThreads * kCalls});
}

}  // namespace
}  // namespace souk::chaos
