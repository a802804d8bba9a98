#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <ranges>
#include <string>
#include <string_view>

#include "core/random.hpp"

namespace souk {

/// A place in a distributed trace (W3C Trace Context): a 16-byte trace id, an 8-byte id of the span that what happens
/// here belongs to, and that of the span above it. A plain value; a default one is in no trace.
struct Trace {
  std::uint64_t id_high = 0;
  std::uint64_t id_low = 0;
  std::uint64_t span = 0;
  std::uint64_t parent = 0;  ///< 0: the trace begins here
  bool sampled = false;      ///< its spans are exported, whatever becomes of them

  /// A new span in the caller's trace, or in a new trace where `traceparent` is absent or malformed.
  static Trace join(std::string_view traceparent, Random& random);
  /// A new span below this one.
  Trace child(Random& random) const;
  Trace child(std::uint64_t new_span) const { return {id_high, id_low, new_span, span, sampled}; }

  bool exists() const { return (id_high | id_low) != 0; }
  std::string trace_id() const;  ///< 32 hex digits
  std::string span_id() const;   ///< 16 hex digits
  /// "00-<trace id>-<span id>-01".
  std::string traceparent() const;

  bool operator==(const Trace&) const = default;
};

/// Where that shows which is done for all of a batch at once: in the first trace of its members' that is
/// sampled, else in the first. `trace_of` gives a member's.
template <std::ranges::forward_range Batch, class TraceOf>
Trace trace_of_batch(const Batch& batch, TraceOf trace_of) {
  const auto sampled = [&](const auto& member) { return std::invoke(trace_of, member).sampled; };
  auto shown = std::ranges::find_if(batch, sampled);
  if (shown == std::ranges::end(batch)) shown = std::ranges::begin(batch);
  return shown == std::ranges::end(batch) ? Trace{} : std::invoke(trace_of, *shown);
}

}  // namespace souk
