#include "middleware/tracer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace souk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TracerTest : public testing::Test {
 protected:
  Trace begin(bool sampled) {
    auto trace = Trace::join("", random_);
    trace.sampled = sampled;
    return trace;
  }
  Span span(const Trace& trace, std::string_view name) {
    return {&tracer_, trace, SpanKind::server, "order-service", name};
  }
  SpanData past(const Trace& trace, std::string name, std::string failure = {}) {
    SpanData data;
    data.trace = trace;
    data.name = std::move(name);
    data.failure = std::move(failure);
    return data;
  }
  std::vector<std::string> taken(std::size_t most = 100) {
    std::vector<std::string> names;
    for (const auto& span : tracer_.take(most)) names.push_back(span.name);
    return names;
  }

  ManualClock clock_{Time{std::chrono::seconds{1'000}}};
  SystemRandom random_;
  Metrics metrics_;
  Tracer tracer_{clock_, random_, metrics_, 0, {.queue = 8, .undecided = 4}};
};

TEST_F(TracerTest, ASampledSpanIsQueuedWhenItEnds) {
  const auto trace = begin(true);
  auto root = span(trace, "root");
  root.set("http.request.method", "GET");
  root.set("http.response.status_code", 200);
  EXPECT_THAT(taken(), IsEmpty());
  clock_.advance(std::chrono::milliseconds{3});
  root = {};
  const auto spans = tracer_.take(10);
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans.front().trace, trace);
  EXPECT_EQ(spans.front().end - spans.front().start, std::chrono::milliseconds{3});
  EXPECT_EQ(spans.front().service, "order-service");
  EXPECT_EQ(std::get<std::int64_t>(spans.front().attributes.at(1).second), 200);
}

TEST_F(TracerTest, WhatIsNotSampledIsForgotten) {
  const auto trace = begin(false);
  {
    auto root = span(trace, "root");
    auto child = span(tracer_.below(trace), "child");
    tracer_.record(past(tracer_.below(trace), "statement"));
  }
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(TracerTest, AFailureKeepsAllOfItsTrace) {
  const auto trace = begin(false);
  const auto other = begin(false);
  {
    auto root = span(trace, "root");
    auto elsewhere = span(other, "elsewhere");
    {
      auto early = span(tracer_.below(trace), "early");
    }
    tracer_.record(past(tracer_.below(trace), "statement"));
    auto child = span(tracer_.below(trace), "child");
    child.fail("internal_error");
    child = {};
    EXPECT_THAT(taken(), IsEmpty()) << "not before the last open span has ended";
  }
  EXPECT_THAT(taken(), ElementsAre("early", "statement", "child", "root"));
}

TEST_F(TracerTest, AFailureOutsideOfAnySpanIsKeptAlone) {
  tracer_.record(past(begin(false), "fine"));
  tracer_.record(past(begin(false), "broken", "57014"));
  EXPECT_THAT(taken(), ElementsAre("broken"));
}

TEST_F(TracerTest, AFullQueueDropsAndCounts) {
  for (int i = 0; i < 10; ++i) tracer_.record(past(begin(true), std::to_string(i)));
  EXPECT_THAT(metrics_.text(), HasSubstr("souk_spans_dropped_total{reason=\"queue_full\"} 2"));
  EXPECT_THAT(taken(6), ElementsAre("0", "1", "2", "3", "4", "5"));
  EXPECT_THAT(taken(6), ElementsAre("6", "7"));
}

TEST_F(TracerTest, UndecidedSpansAreBoundedButFailuresAreKept) {
  const auto trace = begin(false);
  {
    auto root = span(trace, "root");
    for (int i = 0; i < 6; ++i) tracer_.record(past(tracer_.below(trace), std::to_string(i)));
    root.fail("500");
  }
  EXPECT_THAT(taken(), ElementsAre("0", "1", "2", "3", "root"));
}

TEST_F(TracerTest, TheRatioIsTheShareOfNewTraces) {
  const auto sampled = [&](double ratio) {
    Tracer tracer{clock_, random_, metrics_, ratio};
    int count = 0;
    for (int i = 0; i < 4'000; ++i)
      count += tracer.decide(Trace::join("", random_)).sampled ? 1 : 0;
    return count;
  };
  EXPECT_EQ(sampled(0), 0);
  EXPECT_EQ(sampled(1), 4'000);
  EXPECT_NEAR(sampled(0.25), 1'000, 200);  // seven standard deviations
}

TEST_F(TracerTest, ACallerCanAskForATraceAndNotAgainstOne) {
  const auto header = [](const char* flags) {
    return std::string{"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-"} + flags;
  };
  Tracer all{clock_, random_, metrics_, 1};
  EXPECT_TRUE(tracer_.decide(Trace::join(header("01"), random_)).sampled);
  EXPECT_FALSE(tracer_.decide(Trace::join(header("00"), random_)).sampled);
  EXPECT_TRUE(all.decide(Trace::join(header("00"), random_)).sampled);
}

TEST_F(TracerTest, NothingIsMadeWhereNobodyTraces) {
  Span none{nullptr, begin(true), SpanKind::server, "order-service", "root"};
  EXPECT_FALSE(none);
  none.set("key", "value");
  none.fail("500");
  Span no_trace{&tracer_, Trace{}, SpanKind::server, "order-service", "root"};
  EXPECT_FALSE(no_trace);
}

}  // namespace
}  // namespace souk
