#include "tests/simulation/world.hpp"

#include <algorithm>
#include <cstring>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace souk::simulation {
namespace asio = boost::asio;

void Dice::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto value = roll();
    const auto part = std::min(out.size(), sizeof value);
    std::memcpy(out.data(), &value, part);
    out = out.subspan(part);
  }
}

/// SplitMix64.
std::uint64_t Dice::roll() {
  state_ += 0x9e3779b97f4a7c15;
  auto value = state_;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

Duration Dice::between(Duration from, Duration to) {
  return from + Duration{static_cast<Duration::rep>(
                    below(static_cast<std::uint64_t>((to - from).count()) + 1))};
}

class Process::Executor {
 public:
  explicit Executor(Process& process) : process_(&process) {}

  template <class F>
  void execute(F&& action) const {
    process_->post(std::forward<F>(action));
  }
  asio::execution_context& query(asio::execution::context_t) const noexcept {
    return *process_->loop_;
  }
  static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
    return asio::execution::blocking.never;
  }
  Executor require(asio::execution::blocking_t::never_t) const { return *this; }
  bool operator==(const Executor&) const noexcept = default;

  Process& process() const { return *process_; }

 private:
  Process* process_;
};

Process::Process(World& in, std::string its_name, std::uint64_t its_number, Duration skew)
    : world(in),
      name(std::move(its_name)),
      number(its_number),
      clock(skew),
      ids(clock, in.dice),
      loop_(std::make_unique<Loop>()),
      stays_(loop_->get_executor()) {
  const kernel::Scope scope{alarm_};
  const asio::steady_timer first{*loop_};  // Asio's reactor is made with the first timer
}

Process::~Process() {
  dying_ = true;  // what is destroyed may ask to be unwound here: it is, on the spot
  ready_.clear();
  loop_->shutdown();
  module.reset();
}

asio::any_io_executor Process::executor() { return Executor{*this}; }

void Process::spawn(Task<> task) {
  asio::co_spawn(executor(), std::move(task), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

void Process::post(std::move_only_function<void()> action) {
  if (!dying_) ready_.push_back(std::move(action));
}

void Process::run_one() {
  auto action = std::move(ready_.front());
  ready_.pop_front();
  action();
  loop_->poll();
}

void Process::wake() { loop_->poll(); }

Time Process::WallClock::now() const {
  constexpr Time kBeginning{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  return kBeginning + std::chrono::duration_cast<std::chrono::microseconds>(
                          kernel::now().time_since_epoch() + skew_);
}

World::World(std::uint64_t seed, bool tracing) : dice(seed), tracing_(tracing) {}

World::~World() {
  while (!processes_.empty()) processes_.pop_back();
}

Process& World::start(const std::string& name, Duration skew) {
  processes_.push_back(std::make_unique<Process>(*this, name, ++made_, skew));
  trace("{} {} starts", name, made_);
  return *processes_.back();
}

void World::kill(Process& process) {
  trace("{} {} is killed", process.name, process.number);
  const auto found = std::ranges::find(processes_, &process, &std::unique_ptr<Process>::get);
  const auto dead = std::move(*found);
  processes_.erase(found);
}

std::vector<Process*> World::running(std::string_view name) const {
  std::vector<Process*> found;
  for (const auto& process : processes_) {
    if (process->name == name) found.push_back(process.get());
  }
  return found;
}

Process* World::find(std::uint64_t number) const {
  const auto found = std::ranges::find(processes_, number, &Process::number);
  return found == processes_.end() ? nullptr : found->get();
}

bool World::is_away(const std::string& service) {
  using namespace std::chrono_literals;
  auto& until = away_until_[service];
  if (dice.chance(faults.outage)) {
    until = kernel::now() + dice.between(200ms, 6s);
    trace("nobody reaches {} for now", service);
  }
  return kernel::now() < until;
}

void World::after(Duration delay, std::function<void()> action) {
  events_.push({kernel::now() + delay, ++timed_, std::move(action)});
}

bool World::run_until(const std::function<bool()>& done, Duration limit) {
  const auto end = kernel::now() + limit;
  while (violations_.empty() && kernel::now() < end) {
    if (done()) return true;
    if (!step()) return done();
  }
  return false;
}

bool World::step() {
  ++steps_;
  std::size_t busy = 0;
  for (const auto& process : processes_) busy += process->has_work() ? 1 : 0;
  if (busy == 0) return pass_time();
  auto which = dice.below(busy);
  const auto next = std::ranges::find_if(
      processes_, [&](const auto& process) { return process->has_work() && which-- == 0; });
  auto& process = **next;
  if (on_kill && process.mortal && dice.chance(faults.kill)) {
    const auto name = process.name;
    kill(process);
    on_kill(name);
  } else {
    process.run_one();
  }
  return true;
}

bool World::pass_time() {
  auto next = events_.empty() ? Instant::max() : events_.top().at;
  for (const auto& process : processes_) next = std::min(next, process->wakes_at());
  if (next == Instant::max()) return false;
  kernel::set_now(std::max(next, kernel::now()));
  for (const auto& process : processes_) {
    if (process->wakes_at() <= kernel::now()) process->wake();
  }
  while (!events_.empty() && events_.top().at <= kernel::now()) {
    const auto action = events_.top().action;
    events_.pop();
    action();
  }
  return true;
}

void World::line(const std::string& text) const {
  const auto since = kernel::now() - kernel::kBeginning;
  fmt::print(
      "{:>12.3f} {}\n",
      static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(since).count()) /
          1000,
      text);
}

void World::violated(std::string what) {
  trace("VIOLATED: {}", what);
  violations_.push_back(std::move(what));
}

Process& process_of(const asio::any_io_executor& executor) {
  return executor.target<Process::Executor>()->process();
}

Task<> pause(Duration duration) {
  asio::steady_timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait(asio::use_awaitable);
}

Log& silence() {
  static Log log{"simulation", Log::Level::off};
  return log;
}

Metrics& no_metrics() {
  static Metrics metrics;
  return metrics;
}

}  // namespace souk::simulation
