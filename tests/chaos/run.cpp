#include "run.hpp"

#include <algorithm>
#include <fstream>
#include <thread>

#include <fmt/format.h>

namespace souk::chaos {
namespace {

using namespace std::chrono_literals;

/// Of a hot article: gone within seconds, back when an order is cancelled.
constexpr std::int64_t kLittle = 40;
constexpr std::int64_t kPlenty = 1'000'000;
constexpr int kCold = 20;
constexpr std::int64_t kPrice = 700;

/// Shoppers go on after the last fault, so that its recovery shows.
constexpr auto kAfterwards = 3s;
std::filesystem::path make_folder() {
  auto name = (std::filesystem::temp_directory_path() / "souk-chaos-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder for the run"};
  return name;
}

/// Carries out the schedule on the caller's thread; faults that last are ended in time.
std::vector<Happened> carry_out(const std::vector<Fault>& schedule, Stage& stage,
                                const Recorder& recorder) {
  struct Step {
    std::chrono::milliseconds at;
    bool begins;
    std::size_t fault;
  };
  std::vector<Step> steps;
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    steps.push_back({schedule[i].at, true, i});
    if (schedule[i].lasts > 0ms) steps.push_back({schedule[i].at + schedule[i].lasts, false, i});
  }
  std::ranges::sort(steps, {}, &Step::at);
  std::vector<Happened> happened(schedule.size());
  const auto begun = std::chrono::steady_clock::now();
  for (const auto& step : steps) {
    std::this_thread::sleep_until(begun + step.at);
    const auto& fault = schedule[step.fault];
    auto& entry = happened[step.fault];
    if (step.begins) {
      stage.begin(fault);
      entry = {fault, recorder.now_ms(), recorder.now_ms()};
    } else {
      stage.end(fault);
      entry.end_ms = recorder.now_ms();
    }
  }
  stage.heal();
  return happened;
}

}  // namespace

RunResult run(const RunPlan& plan) {
  RunResult result;
  const auto folder = make_folder();
  result.folder = folder;
  Recorder recorder{folder / "calls.jsonl"};
  auto environment = plan.environment;
  environment.emplace_back("SOUK_RATE_LIMITS=off");
  Stage stage{plan.shape, environment};
  const auto schedule =
      plan.script.empty() ? make_schedule(plan.seed, stage.plan(plan.length)) : plan.script;
  std::ofstream{folder / "schedule.txt"} << to_string(schedule);

  auto habits = plan.habits;
  habits.seed = plan.seed;
  const auto url = stage.platform().url();
  Crowd crowd{stage.platform().urls(), recorder, stock_up(url, recorder, kCold, kPrice, kPlenty),
              stock_up(url, recorder, plan.hot, kPrice, kLittle), habits};
  crowd.start();
  const auto happened = carry_out(schedule, stage, recorder);
  std::this_thread::sleep_for(kAfterwards);
  crowd.go_home();
  result.unknown = crowd.resolve(plan.settle);
  const auto rpcs = stage.rpcs();
  result.violations = stage.verdict(recorder, plan.settle);

  const auto calls = recorder.calls();
  result.summary = summary(calls, happened) +
                   fmt::format("calls between processes: {:.0f}, repeated {:.0f}: x {:.3f}\n",
                               rpcs.served, rpcs.repeats, rpcs.amplification());
  result.sold = std::ranges::count_if(
      calls, [](const Call& call) { return call.what == "buy" && call.outcome == Outcome::ok; });
  for (const auto& call : calls)
    result.slowest_ms = std::max(result.slowest_ms, call.end_ms - call.start_ms);
  std::ofstream{folder / "verdict.txt"} << result.summary << report(result.violations);
  if (result.violations.empty() && result.unknown == 0) {
    std::filesystem::remove_all(folder);
  } else {
    std::filesystem::copy_file(stage.platform().log_file(), folder / "souk.log");
  }
  return result;
}

}  // namespace souk::chaos
