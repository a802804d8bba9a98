#include "runtime/operations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/blocking_client.hpp"
#include "runtime/process_metrics.hpp"

namespace souk::runtime {
namespace {

using testing::HasSubstr;

class OperationsTest : public testing::Test {
 protected:
  http::ClientResponse ask(http::Method method, std::string target, std::string body = {}) {
    http::BlockingClient client{"http://127.0.0.1:" + std::to_string(operations_.port())};
    return client.request({.method = method, .target = std::move(target), .body = std::move(body)});
  }
  std::string level() { return ask(http::Method::get, "/loglevel").body; }

  Process process_{
      config::Settings{{{"SOUK_INTERNAL_KEY", std::string(64, 'a')}, {"SOUK_LOG_LEVEL", "error"}}},
      "test"};
  ProcessMetrics metrics_{process_.metrics};
  Operations operations_{process_,
                         0,
                         {.ready = []() -> Task<> { throw unavailable("Not yet."); },
                          .measure = [this] { metrics_.measure(); }}};
};

TEST_F(OperationsTest, TheLogLevelChangesAtRunTime) {
  EXPECT_EQ(level(), R"({"level":"error"})");
  const auto changed = ask(http::Method::put, "/loglevel", R"({"level":"debug"})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body, R"({"level":"debug"})");
  EXPECT_TRUE(process_.log.writes(Log::Level::debug));
  EXPECT_EQ(level(), R"({"level":"debug"})");
}

TEST_F(OperationsTest, WhatIsNoLevelChangesNothing) {
  for (const auto* body : {"", "debug", R"({"level":"loud"})", R"({"level":3})", R"({})", "[]"}) {
    EXPECT_EQ(ask(http::Method::put, "/loglevel", body).status, 422) << body;
  }
  EXPECT_EQ(level(), R"({"level":"error"})");
}

TEST_F(OperationsTest, AliveIsNotReady) {
  EXPECT_EQ(ask(http::Method::get, "/healthz").status, 200);
  EXPECT_EQ(ask(http::Method::get, "/readyz").status, 503);
  EXPECT_EQ(ask(http::Method::get, "/secrets").status, 404);
}

TEST_F(OperationsTest, AScrapeShowsWhatTheProcessUses) {
  const auto shown = ask(http::Method::get, "/metrics").body;
  EXPECT_THAT(shown, HasSubstr("souk_build_info{compiler="));
  EXPECT_THAT(shown, HasSubstr("process_cpu_seconds_total "));
  EXPECT_THAT(shown, HasSubstr("process_open_fds "));
  const auto value = [&](const std::string& name) {
    return std::stod(shown.substr(shown.find("\n" + name + " ") + name.size() + 2));
  };
  EXPECT_GT(value("process_resident_memory_bytes"), 1e6);
  EXPECT_LT(value("process_resident_memory_bytes"), 1e10);
  EXPECT_GT(value("process_max_fds"), value("process_open_fds"));
}

}  // namespace
}  // namespace souk::runtime
