#include "internal/models/stock.hpp"

#include <stdexcept>

namespace souk::inventory {

std::string_view name(Availability availability) {
  switch (availability) {
    case Availability::in_stock: return "in_stock";
    case Availability::low_stock: return "low_stock";
    case Availability::out_of_stock: return "out_of_stock";
  }
  throw std::invalid_argument{"no such availability"};
}

Availability parse_availability(std::string_view word) {
  for (const auto known :
       {Availability::in_stock, Availability::low_stock, Availability::out_of_stock}) {
    if (name(known) == word) return known;
  }
  throw std::invalid_argument{"no such availability: " + std::string{word}};
}

Availability Stock::availability(std::int64_t low) const {
  if (available() <= 0) return Availability::out_of_stock;
  return available() <= low ? Availability::low_stock : Availability::in_stock;
}

std::string_view name(MovementKind kind) {
  switch (kind) {
    case MovementKind::set: return "set";
    case MovementKind::adjustment: return "adjustment";
    case MovementKind::sale: return "sale";
    case MovementKind::returned: return "return";
  }
  throw std::invalid_argument{"no such kind of movement"};
}

}  // namespace souk::inventory
