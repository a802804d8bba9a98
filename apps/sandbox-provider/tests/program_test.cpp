#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "apps/sandbox-provider/sandbox_provider.hpp"
#include "http/blocking_client.hpp"
#include "process/child.hpp"
#include "testing/test_database.hpp"

namespace souk::sandbox {
namespace {

/// The program itself, started as the platform starts it: it migrates its (empty) database and
/// serves.
class SandboxProgramTest : public ::testing::Test {
 protected:
  SandboxProgramTest() {
    const char* parent = std::getenv("TMPDIR");
    std::string pattern = std::string{parent ? parent : "/tmp"} + "/souk-sandbox-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    setenv("SANDBOX_DATABASE_URL", database_.app_url().c_str(), 1);
    setenv("SANDBOX_DATABASE_OWNER_URL", database_.owner_url().c_str(), 1);
    setenv("SANDBOX_PAYMENT_PORT", "0", 1);
  }
  ~SandboxProgramTest() override {
    if (pid_ > 0 && !process::gone(pid_)) {
      kill(pid_, SIGKILL);
      wait_until([this] { return process::gone(pid_); });
    }
    std::filesystem::remove_all(folder_);
  }

  /// Starts it and gives back where it listens, as its log tells.
  std::string start() {
    const auto log = folder_ / ("log-" + std::to_string(++starts_));
    pid_ = process::spawn({SANDBOX_PROVIDER_PROGRAM}, log);
    std::string url;
    wait_until([&] {
      std::stringstream text;
      text << std::ifstream{log}.rdbuf();
      const auto at = text.str().find("http://127.0.0.1:");
      if (at == std::string::npos) return false;
      url = text.str().substr(at, text.str().find('"', at) - at);
      return true;
    });
    return url;
  }

  template <class Condition>
  static void wait_until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }

  static int charge(const std::string& url, std::string_view key) {
    http::Headers headers;
    headers.add("Idempotency-Key", key);
    return http::BlockingClient{url}
        .send(http::Method::post, "/v1/charges",
              R"({"amount":5,"currency":"USD","token":"tok_visa","reference":"r"})",
              std::move(headers))
        .status;
  }

  testing::TestDatabase database_{{}};
  std::filesystem::path folder_;
  pid_t pid_ = 0;
  int starts_ = 0;
};

TEST_F(SandboxProgramTest, KeepsItsLedgerWhenItIsKilledAndStopsWhenAsked) {
  auto url = start();
  ASSERT_FALSE(url.empty());
  EXPECT_NE(http::BlockingClient{url}.get("/healthz").body.find("souk-sandbox-provider"),
            std::string::npos);
  EXPECT_EQ(charge(url, "key-1"), 201);

  kill(pid_, SIGKILL);
  wait_until([this] { return process::gone(pid_); });
  url = start();
  EXPECT_NE(http::BlockingClient{url}.get("/v1/charges").body.find("key-1"), std::string::npos);
  EXPECT_EQ(charge(url, "key-2"), 201);

  kill(pid_, SIGTERM);
  wait_until([this] { return process::gone(pid_); });
  EXPECT_TRUE(process::gone(pid_));
}

}  // namespace
}  // namespace souk::sandbox
