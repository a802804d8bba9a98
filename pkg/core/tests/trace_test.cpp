#include "core/trace.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace souk {
namespace {

constexpr std::string_view kHeader = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceTest, JoinsTheCallersTraceBelowItsSpan) {
  SystemRandom random;
  const auto trace = Trace::join(kHeader, random);
  EXPECT_EQ(trace.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(trace.parent, 0x00f067aa0ba902b7U);
  EXPECT_NE(trace.span, trace.parent);
  EXPECT_TRUE(trace.sampled);
  EXPECT_TRUE(trace.exists());
}

TEST(TraceTest, TheSampledFlagIsTheLowestBit) {
  SystemRandom random;
  std::string header{kHeader};
  for (const auto& [flags, sampled] : {std::pair{"00", false}, {"02", false}, {"03", true}}) {
    header.replace(53, 2, flags);
    EXPECT_EQ(Trace::join(header, random).sampled, sampled) << flags;
  }
}

TEST(TraceTest, BeginsATraceWhereTheHeaderIsMalformed) {
  SystemRandom random;
  for (const auto* header :
       {"", "00-0-0-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}) {
    const auto trace = Trace::join(header, random);
    EXPECT_TRUE(trace.exists()) << header;
    EXPECT_EQ(trace.parent, 0U) << header;
    EXPECT_FALSE(trace.sampled) << header;
  }
}

TEST(TraceTest, WhatItSaysIsReadAgain) {
  SystemRandom random;
  const auto here = Trace::join(kHeader, random);
  const auto there = Trace::join(here.traceparent(), random);
  EXPECT_EQ(there.trace_id(), here.trace_id());
  EXPECT_EQ(there.parent, here.span);
  EXPECT_EQ(here.span_id(), here.traceparent().substr(36, 16));
}

TEST(TraceTest, AChildIsBelow) {
  SystemRandom random;
  const auto here = Trace::join(kHeader, random);
  const auto child = here.child(random);
  EXPECT_EQ(child.parent, here.span);
  EXPECT_EQ(child.trace_id(), here.trace_id());
  EXPECT_TRUE(child.sampled);
}

TEST(TraceTest, ABatchShowsInTheFirstSampledTrace) {
  SystemRandom random;
  const auto plain = Trace::join("", random);
  const auto sampled = Trace::join(kHeader, random);
  const auto self = [](const Trace& trace) { return trace; };
  EXPECT_EQ(trace_of_batch(std::vector{plain, sampled, plain}, self), sampled);
  EXPECT_EQ(trace_of_batch(std::vector{plain, plain}, self), plain);
  EXPECT_FALSE(trace_of_batch(std::vector<Trace>{}, self).exists());
}

}  // namespace
}  // namespace souk
