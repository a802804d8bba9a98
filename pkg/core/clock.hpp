#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace souk {

/// A point in time as the platform keeps it: UTC, microseconds, like PostgreSQL's timestamptz.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// Where time comes from. Injected, so that tests can move it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
};

/// Stands still until told otherwise. For tests; not thread-safe while being moved.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void advance(std::chrono::microseconds by) { now_ += by; }
  void set(Time now) { now_ = now; }

 private:
  Time now_;
};

/// RFC 3339 in UTC with microseconds as needed: "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.25Z".
std::string to_rfc3339(Time time);

/// The reverse; throws Error{malformed} for anything that is not RFC 3339.
Time from_rfc3339(std::string_view text);

}  // namespace souk
