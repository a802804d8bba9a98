#include "middleware/log.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace souk {
namespace {

std::string written(const std::function<void()>& write) {
  testing::internal::CaptureStderr();
  write();
  return testing::internal::GetCapturedStderr();
}

TEST(LogTest, ALineJoinsItsTrace) {
  SystemRandom random;
  Log log{"order-service"};
  const auto trace = Trace::join("", random);
  const auto line = boost::json::parse(written([&] {
                      log.warn(trace, "checkout waits", {{"attempts", std::int64_t{3}}});
                    })).as_object();
  EXPECT_EQ(line.at("trace_id").as_string(), trace.trace_id());
  EXPECT_EQ(line.at("span_id").as_string(), trace.span_id());
  EXPECT_EQ(line.at("attempts").as_int64(), 3);
  EXPECT_EQ(line.at("level").as_string(), "warn");
  EXPECT_EQ(line.at("process").as_string(), "order-service");
}

TEST(LogTest, WithoutATraceThereIsNone) {
  Log log{"test"};
  const auto line = boost::json::parse(written([&] { log.error(Trace{}, "failed"); })).as_object();
  EXPECT_FALSE(line.contains("trace_id"));
}

TEST(LogTest, TheLevelChangesWhileItWrites) {
  Log log{"test", Log::Level::warn};
  EXPECT_EQ(written([&] { log.info("not yet"); }), "");
  log.set_level(Log::Level::debug);
  EXPECT_TRUE(log.writes(Log::Level::debug));
  EXPECT_NE(written([&] { log.debug("now"); }), "");
  log.set_level(Log::Level::error);
  EXPECT_EQ(written([&] { log.warn("not any more"); }), "");
}

TEST(LogTest, LevelsAreKnownByName) {
  for (const auto* word : {"debug", "info", "warn", "error"})
    EXPECT_EQ(Log::name(Log::level_of(word).value()), word);
  EXPECT_FALSE(Log::level_of("off"));
  EXPECT_FALSE(Log::level_of("INFO"));
}

}  // namespace
}  // namespace souk
