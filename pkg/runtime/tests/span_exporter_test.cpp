#include "runtime/span_exporter.hpp"

#include <future>
#include <thread>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/server.hpp"
#include "runtime/blocking.hpp"

namespace souk::runtime {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// Takes what it is sent, or answers otherwise.
class Collector {
 public:
  Collector() { server_.start(); }
  ~Collector() { stop(); }
  void stop() {
    if (!std::exchange(running_, false)) return;
    run_on(loop_.executor(), [this]() -> Task<> { co_await server_.stop(1s); });
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  std::vector<std::string> bodies() {
    const std::scoped_lock lock{mutex_};
    return bodies_;
  }

  std::atomic<int> status{200};
  std::atomic<int> requests{0};

 private:
  Task<http::Response> answer(const http::Request& request) {
    ++requests;
    if (status == 200 && request.path == "/v1/traces") {
      const std::scoped_lock lock{mutex_};
      bodies_.push_back(request.body);
    }
    co_return http::json_response(status, "{}");
  }

  SystemClock clock_;
  EventLoop loop_;
  bool running_ = true;
  std::mutex mutex_;
  std::vector<std::string> bodies_;
  http::Server server_{{&loop_.context()}, clock_, {}, [this](const auto& r) { return answer(r); }};
};

class SpanExporterTest : public testing::Test {
 protected:
  std::unique_ptr<SpanExporter> exporter() {
    return std::make_unique<SpanExporter>(tracer_, metrics_, log_, TraceResource{"1.2", "one"},
                                          collector_.url());
  }
  void make(std::string_view name) {
    const auto trace = tracer_.decide(Trace::join("", random_));
    Span span{&tracer_, trace, SpanKind::server, "order-service", name};
    span.set("rpc.system", "grpc");
    span.set("rpc.grpc.status_code", 13);
    span.fail("INTERNAL");
  }
  template <class Condition>
  static bool eventually(Condition condition) {
    for (int i = 0; i < 1'000 && !condition(); ++i) std::this_thread::sleep_for(10ms);
    return condition();
  }

  SystemClock clock_;
  SystemRandom random_;
  Metrics metrics_;
  Log log_{"test", Log::Level::off};
  Tracer tracer_{clock_, random_, metrics_, 1};
  Collector collector_;
};

TEST_F(SpanExporterTest, SpansAreExportedInABatch) {
  make("one");
  make("two");
  const auto exporter = this->exporter();
  ASSERT_TRUE(eventually([&] { return !collector_.bodies().empty(); }));
  const auto request = boost::json::parse(collector_.bodies().front());
  const auto& resource = request.at_pointer("/resourceSpans/0");
  EXPECT_EQ(resource.at_pointer("/resource/attributes/0/value/stringValue"), "order-service");
  const auto& spans = resource.at_pointer("/scopeSpans/0/spans").as_array();
  ASSERT_EQ(spans.size(), 2U);
  const auto& span = spans[0];
  EXPECT_EQ(span.at("name"), "one");
  EXPECT_EQ(span.at("traceId").as_string().size(), 32U);
  EXPECT_EQ(span.at("kind"), 2);
  EXPECT_FALSE(span.as_object().contains("parentSpanId"));
  EXPECT_EQ(span.at_pointer("/status/code"), 2);
  EXPECT_EQ(span.at_pointer("/attributes/1/value/intValue"), "13");
  EXPECT_EQ(span.at_pointer("/attributes/2/key"), "error.type");
  ASSERT_TRUE(eventually(
      [&] { return metrics_.text().find("souk_spans_exported_total 2") != std::string::npos; }));
}

TEST_F(SpanExporterTest, ACollectorThatIsAwayIsTriedAgain) {
  collector_.status = 503;
  const auto exporter = this->exporter();
  make("patient");
  ASSERT_TRUE(eventually([&] { return collector_.requests >= 1; }));
  collector_.status = 200;
  EXPECT_TRUE(eventually([&] { return collector_.bodies().size() == 1; }));
}

TEST_F(SpanExporterTest, WhatACollectorRefusesIsLostAndCounted) {
  collector_.status = 400;
  const auto exporter = this->exporter();
  make("refused");
  EXPECT_TRUE(eventually([&] {
    return metrics_.text().find("souk_spans_dropped_total{reason=\"not_delivered\"} 1") !=
           std::string::npos;
  }));
  EXPECT_EQ(collector_.requests, 1);
}

TEST_F(SpanExporterTest, WhatIsLeftIsDeliveredAtTheEnd) {
  {
    const auto exporter = this->exporter();
    make("last");
  }
  ASSERT_EQ(collector_.bodies().size(), 1U);
  EXPECT_THAT(collector_.bodies().front(), HasSubstr("last"));
}

TEST_F(SpanExporterTest, TheEndDoesNotWaitLongForACollectorThatIsAway) {
  collector_.stop();
  const auto begun = std::chrono::steady_clock::now();
  {
    const auto exporter = this->exporter();
    make("lost");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
}

}  // namespace
}  // namespace souk::runtime
