#include "internal/models/checkout.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace souk::order {

std::string_view to_string(CheckoutStep step) {
  switch (step) {
    case CheckoutStep::running: return "running";
    case CheckoutStep::releasing: return "releasing";
    case CheckoutStep::done: return "done";
  }
  throw std::invalid_argument{"no such checkout step"};
}

CheckoutStep parse_checkout_step(std::string_view word) {
  for (const auto step : {CheckoutStep::running, CheckoutStep::releasing, CheckoutStep::done}) {
    if (to_string(step) == word) return step;
  }
  throw std::invalid_argument{fmt::format("\"{}\" is no checkout step", word)};
}

}  // namespace souk::order
