#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "config/settings.hpp"
#include "runtime/module.hpp"
#include "testing/run.hpp"

namespace souk::testing {

/// What a process gives its modules, for tests that run all of them on one loop in the test's thread.
/// The test links souk_runtime; database URLs go into the settings.
struct World {
  std::string name = "test";  ///< of the process, to PostgreSQL
  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  Metrics metrics;
  Log log{"test", Log::Level::off};
  IdentitySeal seal{std::array<std::uint8_t, 32>{1}};
  rpc::Wire wire{clock, random, seal, metrics};
  config::Settings settings{{}};
  std::array<std::uint8_t, 32> key{};
  boost::asio::io_context loop{1};
  std::map<std::string, rpc::Channel, std::less<>> channels;

  /// To be connected by the test (Channel::connect).
  rpc::Channel& channel(std::string_view service) {
    const auto found = channels.find(service);
    if (found != channels.end()) return found->second;
    std::string key_of{service};
    return channels.try_emplace(key_of, wire, key_of).first->second;
  }

  runtime::ModuleContext context(std::string service) {
    return {.name = std::move(service),
            .settings = settings,
            .loop = loop.get_executor(),
            .http_loops = {},
            .clock = clock,
            .random = random,
            .ids = ids,
            .log = log,
            .metrics = metrics,
            .wire = wire,
            .key = key,
            .channel = [this](std::string_view to) -> rpc::Channel& { return channel(to); }};
  }

  /// A call of nobody's, with ten seconds.
  rpc::Call call(TenantId tenant = kDefaultTenant) {
    return rpc::Call::background("test", std::chrono::seconds{10}, random, tenant);
  }

  /// Runs the loop until the task has ended.
  template <class T>
  T run(Task<T> task) {
    return testing::run(loop, std::move(task));
  }

  /// Runs the loop until `done`; false after `limit`. `done` may run the loop too.
  bool wait_until(const std::function<bool()>& done,
                  std::chrono::seconds limit = std::chrono::seconds{10}) {
    const auto end = std::chrono::steady_clock::now() + limit;
    const auto guard = boost::asio::make_work_guard(loop);
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds{10});
    }
    return true;
  }
};

}  // namespace souk::testing
