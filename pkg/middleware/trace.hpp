#pragma once

#include <string>
#include <string_view>

#include "core/random.hpp"

namespace souk {

/// A place in a distributed trace (W3C Trace Context): 16-byte trace id, 8-byte span id, in hex.
struct Trace {
  std::string trace_id;
  std::string span_id;
  bool sampled = false;

  /// A new span in the caller's trace, or in a new trace where `traceparent` is absent or malformed.
  static Trace join(std::string_view traceparent, Random& random);
  /// A new span below this one.
  Trace child(Random& random) const;
  /// "00-<trace id>-<span id>-01".
  std::string traceparent() const;
};

}  // namespace souk
