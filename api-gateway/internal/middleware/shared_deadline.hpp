#pragma once

#include <chrono>

namespace souk::gateway {

/// A request waits no longer than this for what replicas share; it can do without. Redis in the same
/// network answers in well under a millisecond.
inline constexpr std::chrono::milliseconds kSharedTimeout{50};

inline std::chrono::steady_clock::time_point shared_deadline() {
  return std::chrono::steady_clock::now() + kSharedTimeout;
}

}  // namespace souk::gateway
