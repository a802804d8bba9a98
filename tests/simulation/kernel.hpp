#pragma once

#include <chrono>

/// Time and timers of the program that this is linked into: std::chrono::steady_clock::now() and the
/// few system calls that Asio's timers make are its own, so that the simulation decides when time
/// passes. Nothing here sleeps, and no descriptor is real.
namespace souk::simulation::kernel {

using Instant = std::chrono::steady_clock::time_point;

Instant now();
void set_now(Instant instant);

/// When the next timer of an io_context is due. Asio sets it whenever that changes.
struct Alarm {
  Instant due = Instant::max();
};

/// The io_contexts whose reactors are made while this lives set that alarm.
class Scope {
 public:
  explicit Scope(Alarm& alarm);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  Alarm* outer_;
};

/// While this lives, time is the simulation's, from its beginning; otherwise the machine's. No
/// io_context outlives it.
class Session {
 public:
  Session();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

inline constexpr Instant kBeginning{std::chrono::hours{1}};

}  // namespace souk::simulation::kernel
