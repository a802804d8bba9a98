#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/uuid.hpp"
#include "middleware/log.hpp"
#include "middleware/metrics.hpp"
#include "runtime/task.hpp"
#include "tests/simulation/kernel.hpp"

namespace souk::simulation {

using kernel::Instant;
using Duration = std::chrono::steady_clock::duration;

/// Everything that is left to chance in a run comes from here, and follows from the seed.
class Dice final : public Random {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  void fill(std::span<std::uint8_t> out) override;
  std::uint64_t roll();
  std::uint64_t below(std::uint64_t bound) { return roll() % bound; }
  /// True so many times in ten thousand.
  bool chance(unsigned per_10000) { return per_10000 != 0 && below(10'000) < per_10000; }
  Duration between(Duration from, Duration to);

 private:
  std::uint64_t state_;
};

/// How hard the world is; each so many times in ten thousand.
struct Faults {
  unsigned kill = 0;           ///< of a process, before each thing it does
  unsigned database_lost = 0;  ///< the connection, before the statement or after the commit
  unsigned database_slow = 0;
  unsigned message_lost = 0;
  unsigned message_late = 0;  ///< past most deadlines
  unsigned message_twice = 0;
  unsigned refused = 0;  ///< never sent
  unsigned outage = 0;   ///< from here on nobody reaches the service for a while
};

class World;

/// A process: an event loop of its own, which dies as with kill -9. What it runs is destroyed where
/// it stands.
class Process {
 public:
  Process(World& world, std::string name, std::uint64_t number, Duration skew);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Runs what was posted in order; what is spawned here dies with the process.
  boost::asio::any_io_executor executor();
  void spawn(Task<> task);

  void post(std::move_only_function<void()> action);
  bool has_work() const { return !ready_.empty(); }
  void run_one();
  Instant wakes_at() const { return alarm_.due; }
  /// Lets those out whose timers are due or cancelled.
  void wake();

  World& world;
  const std::string name;
  const std::uint64_t number;
  bool mortal = false;  ///< the dice may kill it

  /// What Asio knows a process by.
  class Executor;

  /// The wall clock of its machine, as far off as that is.
  class WallClock final : public Clock {
   public:
    explicit WallClock(Duration skew) : skew_(skew) {}
    Time now() const override;

   private:
    Duration skew_;
  };

  WallClock clock;
  IdGenerator ids;
  /// Owned by the process, and destroyed after everything that runs here.
  std::shared_ptr<void> module;

 private:
  friend class Executor;
  /// Shows how to end what waits without ending the services.
  struct Loop : boost::asio::io_context {
    Loop() : io_context(1) {}
    using boost::asio::execution_context::shutdown;
  };

  kernel::Alarm alarm_;
  bool dying_ = false;
  std::deque<std::move_only_function<void()>> ready_;
  std::unique_ptr<Loop> loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stays_;
};

/// One run: processes, the messages between them, and time, which passes when nobody has anything
/// to do. Which process goes on next is up to the dice.
class World {
 public:
  explicit World(std::uint64_t seed, bool tracing = false);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Process& start(const std::string& name, Duration skew = {});
  /// With all that it was doing. Nothing of it is left when this returns.
  void kill(Process& process);
  std::vector<Process*> running(std::string_view name) const;
  Process* find(std::uint64_t number) const;

  /// Whether nobody reaches the service now; the dice may have that begin here.
  bool is_away(const std::string& service);

  /// `action` runs after `delay`, outside of every process.
  void after(Duration delay, std::function<void()> action);

  /// Goes on until `done` holds; false where it does not within the time.
  bool run_until(const std::function<bool()>& done, Duration limit);

  /// Called with each process that the dice kill.
  std::function<void(const std::string& name)> on_kill;

  template <class... A>
  void trace(fmt::format_string<A...> text, A&&... values) {
    if (tracing_) line(fmt::format(text, std::forward<A>(values)...));
  }
  /// Something that must never be. Ends the run.
  void violated(std::string what);
  const std::vector<std::string>& violations() const { return violations_; }
  std::uint64_t steps() const { return steps_; }

  Dice dice;
  Faults faults;

 private:
  const kernel::Session session_;  // first: everything else is in its time

  struct Timed {
    Instant at;
    std::uint64_t order;
    std::function<void()> action;
    bool operator<(const Timed& other) const {
      return std::pair{at, order} > std::pair{other.at, other.order};
    }
  };

  bool step();
  bool pass_time();
  void line(const std::string& text) const;

  bool tracing_;
  std::uint64_t steps_ = 0;
  std::uint64_t made_ = 0;
  std::uint64_t timed_ = 0;
  std::vector<std::unique_ptr<Process>> processes_;
  std::priority_queue<Timed> events_;
  std::map<std::string, Instant> away_until_;
  std::vector<std::string> violations_;
};

/// The process whose loop this is.
Process& process_of(const boost::asio::any_io_executor& executor);

/// Lets time pass for the calling coroutine.
Task<> pause(Duration duration);

/// Of all processes; nobody looks at them.
Log& silence();
Metrics& no_metrics();

}  // namespace souk::simulation
