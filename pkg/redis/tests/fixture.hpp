#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/random.hpp"
#include "middleware/log.hpp"
#include "middleware/metrics.hpp"
#include "redis/client.hpp"
#include "redis/private_redis.hpp"
#include "testing/run.hpp"

namespace souk::redis::testing {

/// A Redis of the test's own, and an event loop in the test's thread.
class RedisTest : public ::testing::Test {
 protected:
  RedisTest() : folder_(made()), server(folder_ / "redis") {
    std::signal(SIGPIPE, SIG_IGN);  // as every process of the platform does
    server.start();
  }
  ~RedisTest() override {
    server.stop();
    std::filesystem::remove_all(folder_);
  }

  static Deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
  }

  /// Runs the loop until it holds; false after 20 s.
  bool eventually(const std::function<bool()>& holds) {
    const auto end = in(std::chrono::seconds{20});
    const auto guard = boost::asio::make_work_guard(loop);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end) return false;
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds{10});
    }
    return true;
  }

  template <class T>
  T run(Task<T> task) {
    return souk::testing::run(loop, std::move(task));
  }

  /// "fine", or the code of the error.
  std::string outcome(Client& client, Deadline deadline, std::vector<std::string> words) {
    try {
      run(client.command(deadline, std::move(words)));
      return "fine";
    } catch (const Error& error) {
      return error.code;
    }
  }

  double metric(const std::string& series) const {
    const auto text = metrics.text();
    const auto at = text.find("\n" + series + " ");
    return at == std::string::npos ? 0 : std::stod(text.substr(at + series.size() + 2));
  }

 private:
  static std::filesystem::path made() {
    auto name = (std::filesystem::temp_directory_path() / "souk-redis-XXXXXX").string();
    return mkdtemp(name.data());
  }
  std::filesystem::path folder_;

 protected:
  PrivateRedis server;
  boost::asio::io_context loop{1};
  Log log{"test", Log::Level::off};
  Metrics metrics;
  SystemRandom random;
};

}  // namespace souk::redis::testing
