#include <iostream>

#include <fmt/format.h>

#include "run.hpp"

/// One thing is killed at a time, and left to come back before the next one is: how long until somebody can
/// buy again, what shoppers are told meanwhile, and what repeating adds to the load. For people; what must
/// hold whatever is killed, chaos_test says.
namespace souk::chaos {
namespace {

using namespace std::chrono_literals;

/// Longer than anything takes to come back.
constexpr auto kGap = 15s;

std::vector<Fault> one_at_a_time() {
  std::vector<Fault> script;
  const auto add = [&](FaultKind kind, std::string target) {
    script.push_back({.at = kGap * static_cast<int>(script.size() + 1) - 10s,
                      .kind = kind,
                      .target = std::move(target)});
  };
  add(FaultKind::kill_gateway, "api-gateway-1");
  for (const auto* service : {"user", "product", "order", "payment", "inventory", "notification"})
    add(FaultKind::kill_service, fmt::format("{}-service-1", service));
  add(FaultKind::kill_postgres, "");
  add(FaultKind::kill_redis, "");
  add(FaultKind::kill_rabbitmq, "");
  add(FaultKind::kill_provider, "");
  return script;
}

}  // namespace
}  // namespace souk::chaos

int main() {
  using namespace souk::chaos;
  try {
    isolate();
    const auto script = one_at_a_time();
    std::cout << to_string(script) << std::flush;
    const auto result = run({.script = script, .habits = {.shoppers = 12}});
    std::cout << result.summary << report(result.violations);
    return result.violations.empty() && result.unknown == 0 ? 0 : 1;
  } catch (const std::exception& failure) {
    std::cerr << "kills_bench: " << failure.what() << '\n';
    return 1;
  }
}
