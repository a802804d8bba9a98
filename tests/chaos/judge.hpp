#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence.hpp"
#include "record.hpp"

namespace souk::chaos {

/// Something that must not be, whatever broke.
struct Violation {
  int invariant = 0;  ///< its number in docs/RELIABILITY.md
  std::string what;   ///< with the ids that lead to it

  bool operator==(const Violation&) const = default;
};

/// One of the things that must hold.
struct Invariant {
  int number = 0;
  std::string_view name;
};
std::span<const Invariant> judged_invariants();

/// Compares what the clients were told with what is found, once the platform has come to rest: every
/// unknown call was asked again until there was an answer, every event delivered. Empty: all is well.
std::vector<Violation> judge(const Evidence& evidence, std::span<const Call> calls);

/// One violation a line, by invariant; no more than a few of each.
std::string report(std::span<const Violation> violations);

}  // namespace souk::chaos
