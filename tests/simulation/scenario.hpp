#pragma once

#include <string>
#include <vector>

#include "tests/simulation/nodes.hpp"

namespace souk::simulation {

struct Outcome {
  std::vector<std::string> violations;
  std::uint64_t steps = 0;
  std::uint64_t orders = 0;
  std::uint64_t confirmed = 0;
  std::uint64_t kills = 0;
  std::uint64_t unanswered = 0;   ///< purchases whose first answer never came
  std::uint64_t fingerprint = 0;  ///< the same for the same seed
};

/// One run: shoppers buy what there is too little of, pay with good and bad cards, ask again, cancel,
/// are refunded, while processes die, messages are lost and the database goes away. Then nothing goes
/// wrong any more; all that is under way has to end, and the books are compared: INVARIANTS 1-5, 7,
/// 10-12.
Outcome run_scenario(std::uint64_t seed, const PlantedFaults& planted = {}, bool tracing = false);

}  // namespace souk::simulation
