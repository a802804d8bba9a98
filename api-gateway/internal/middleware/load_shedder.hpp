#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "internal/routing/route.hpp"
#include "runtime/admission.hpp"
#include "runtime/task.hpp"

namespace souk::gateway {

/// Turns requests away at the door, before anything was spent on them, when there are more than the platform
/// can do: by the gateway's own bounds (rpc::Admission), and by what services have just said. A service that
/// turns a request away is not asked for the like of it, or for less, for a tenth of a second; while new
/// checkouts are turned away, nobody browses.
///
/// Owned by the Gateway; handles requests of any HTTP loop; time is handed in.
class LoadShedder {
 public:
  using Instant = rpc::Admission::Instant;

  LoadShedder(Metrics& metrics, const std::vector<Route>& routes);

  /// A place for the request, until it is answered. Throws 503 `overloaded`.
  rpc::Admission::Ticket admit(const Route& route, Instant now);

  /// The route's service answered `overloaded`.
  void refused(const Route& route, Instant now);

  /// A queue that requests stand in before they are looked at.
  QueueDelay& queue() { return admission_.queue(); }
  /// As Admission::measure.
  void measure(Instant now) { admission_.measure(now); }

 private:
  /// Until when requests of each rank are turned away.
  using Held = std::array<std::atomic<Instant>, 5>;

  bool held(const Route& route, Instant now) const;

  rpc::Admission admission_;
  std::map<std::string, Held, std::less<>> held_;  ///< by service
  std::atomic<Instant> checkouts_held_{};
};

/// Watches how late an HTTP loop is: a timer of its own that finds others before it in the queue comes late.
/// On that loop, from start() to stop().
class LoopWatch {
 public:
  LoopWatch(boost::asio::io_context& loop, LoadShedder& shedder)
      : shedder_(shedder), delay_(shedder.queue()), timer_(loop) {}

  /// Runs until stop(); to be spawned on the loop.
  Task<> run();
  void stop();

 private:
  LoadShedder& shedder_;
  QueueDelay& delay_;
  boost::asio::steady_timer timer_;
  bool stopping_ = false;
};

}  // namespace souk::gateway
