#include "core/failpoint.hpp"

#include <charconv>
#include <csignal>
#include <optional>
#include <set>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "core/error.hpp"

namespace souk::failpoint {

namespace detail {
std::array<std::atomic<bool>, std::size(kPoints)> armed;
std::array<std::atomic<bool>, std::size(kBugs)> planted;
}  // namespace detail

namespace {

using Deadline = std::chrono::steady_clock::time_point;

enum class Action { kill, fail, delay, hang, trap };

/// When of all times, and what. Written before threads start, but for the count.
struct Plan {
  Action action = Action::fail;
  std::chrono::milliseconds delay{0};
  std::uint64_t only = 0;       ///< the N-th time; 0: every time
  std::uint64_t percent = 100;  ///< of the times
  std::function<void()> trap = {};
};

std::array<Plan, std::size(kPoints)> plans;
std::array<std::atomic<std::uint64_t>, std::size(kPoints)> times;
std::uint64_t seed = 0;
Report report;

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw Error{Kind::validation, "invalid_setting",
              fmt::format("SOUK_TEST_FAILPOINTS or SOUK_TEST_BUGS: \"{}\": {}", text, why)};
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Cuts `text` at the first `separator`; what is behind it goes back into `text`.
std::string_view cut(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const auto front = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return front;
}

template <std::size_t N>
std::size_t index_of(const Named (&table)[N], std::string_view name) {
  const auto* found = std::ranges::find(table, name, &Named::name);
  if (found == std::end(table)) refuse(name, "there is no such name");
  return static_cast<std::size_t>(found - std::begin(table));
}

/// "delay(200)%10", "kill@3"
Plan parse_plan(std::string_view text) {
  Plan plan;
  auto action = text.substr(0, text.find_first_of("@%"));
  if (action.size() < text.size()) {
    const auto value = number(text.substr(action.size() + 1));
    const bool share = text[action.size()] == '%';
    if (!value || *value == 0 || (share && *value > 100)) refuse(text, "no such time or share");
    (share ? plan.percent : plan.only) = *value;
  }
  if (action.starts_with("delay(") && action.ends_with(')')) {
    const auto ms = number(action.substr(6, action.size() - 7));
    if (!ms) refuse(text, "a delay is given as delay(MILLISECONDS)");
    plan.delay = std::chrono::milliseconds{*ms};
    action = "delay";
  } else if (action == "delay") {
    refuse(text, "a delay is given as delay(MILLISECONDS)");
  }
  constexpr std::pair<std::string_view, Action> kWords[] = {{"kill", Action::kill},
                                                            {"fail", Action::fail},
                                                            {"delay", Action::delay},
                                                            {"hang", Action::hang}};
  const auto* known =
      std::ranges::find(kWords, action, &std::pair<std::string_view, Action>::first);
  if (known == std::end(kWords)) refuse(text, "there is no such action");
  plan.action = known->second;
  return plan;
}

std::string_view name(Action action) {
  switch (action) {
    case Action::kill: return "kill";
    case Action::fail: return "fail";
    case Action::delay: return "delay";
    case Action::hang: return "hang";
    case Action::trap: return "trap";
  }
  return "";
}

/// SplitMix64: the same for the same seed, point and time, in whatever order points are reached.
std::uint64_t dice(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

bool due(const Plan& plan, std::size_t point) {
  const auto time = times[point].fetch_add(1, std::memory_order_relaxed) + 1;
  if (plan.only != 0) return time == plan.only;
  return dice(dice(seed ^ point) ^ time) % 100 < plan.percent;
}

Task<> wait_until(Deadline until) {
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, until};
  co_await timer.async_wait(boost::asio::use_awaitable);
}

void set(std::size_t point, Plan plan) {
  plans[point] = std::move(plan);
  times[point] = 0;
  detail::armed[point] = true;
}

void arm_points(std::string_view text) {
  while (!text.empty()) {
    auto entry = cut(text, ';');
    if (entry.empty()) continue;
    const auto whole = entry;
    const auto key = cut(entry, '=');
    if (key == "seed") {
      const auto value = number(entry);
      if (!value) refuse(whole, "a seed is a number");
      seed = *value;
      continue;
    }
    const auto point = index_of(kPoints, key);
    if (detail::armed[point]) refuse(whole, "this point has a plan already");
    set(point, parse_plan(entry));
  }
}

}  // namespace

Task<> detail::reached(std::size_t point, Deadline deadline) {
  const auto& plan = plans[point];
  if (!due(plan, point)) co_return;
  if (report) report(kPoints[point].name, name(plan.action));
  switch (plan.action) {
    case Action::kill: std::raise(SIGKILL); break;
    case Action::fail: throw unavailable(fmt::format("{} fails", kPoints[point].name));
    case Action::delay: co_await wait_until(std::chrono::steady_clock::now() + plan.delay); break;
    case Action::hang:
      co_await wait_until(deadline);
      throw Error{Kind::deadline_exceeded, "deadline_exceeded", "The time for this call is over."};
    case Action::trap: plan.trap(); break;
  }
}

void arm(std::string_view points, std::string_view bugs, Report to) {
#ifdef SOUK_NO_FAILPOINTS
  if (!points.empty()) refuse(points, "this build has no failpoints");
  if (!bugs.empty()) refuse(bugs, "this build has no failpoints");
#endif
  report = std::move(to);
  arm_points(points);
  while (!bugs.empty()) detail::planted[index_of(kBugs, cut(bugs, ','))] = true;
}

Trap::Trap(Point point, std::function<void()> action) : point_(point.value) {
  set(point_, {.action = Action::trap, .trap = std::move(action)});
}

Trap::~Trap() { detail::armed[point_] = false; }

PlantedBug::PlantedBug(Bug bug) : bug_(bug.value) { detail::planted[bug_] = true; }

PlantedBug::~PlantedBug() { detail::planted[bug_] = false; }

}  // namespace souk::failpoint
