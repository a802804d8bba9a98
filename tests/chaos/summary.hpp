#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record.hpp"
#include "schedule.hpp"

namespace souk::chaos {

/// A fault as it was carried out, in the recorder's time.
struct Happened {
  Fault fault;
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;  ///< of the fault; begin_ms for one that is over at once
};

/// Calls between the processes, and how many of them came again after a failure on the way.
struct RpcCounts {
  double served = 0;
  double repeats = 0;

  /// What repeating has added to the load: 1.0 is nothing.
  double amplification() const { return repeats < served ? served / (served - repeats) : 1.0; }
};

/// What a process says at /metrics of the calls that it served.
RpcCounts read_rpc_counts(std::string_view metrics);

/// What the run did to its shoppers, for people: orders, faults, errors they met, calls per intent, and
/// how long after each kind of fault nobody could buy.
std::string summary(std::span<const Call> calls, std::span<const Happened> faults);

/// From the end of a fault until a checkout succeeded that began after it; -1 where none did.
std::int64_t recovery_ms(std::span<const Call> calls, const Happened& fault);

}  // namespace souk::chaos
