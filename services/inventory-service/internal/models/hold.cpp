#include "internal/models/hold.hpp"

#include <stdexcept>

namespace souk::inventory {

std::string_view name(HoldState state) {
  switch (state) {
    case HoldState::active: return "active";
    case HoldState::refused: return "refused";
    case HoldState::released: return "released";
    case HoldState::claimed: return "claimed";
    case HoldState::returned: return "returned";
  }
  throw std::invalid_argument{"no such state of a hold"};
}

HoldState parse_hold_state(std::string_view word) {
  for (const auto known : {HoldState::active, HoldState::refused, HoldState::released,
                           HoldState::claimed, HoldState::returned}) {
    if (name(known) == word) return known;
  }
  throw std::invalid_argument{"no such state of a hold: " + std::string{word}};
}

}  // namespace souk::inventory
