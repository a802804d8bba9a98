#include "internal/models/shelf.hpp"

#include <utility>

namespace souk::inventory {
namespace {

Error hold_released() {
  return {Kind::conflict, "hold_released", "The stock of this order was given back."};
}

Reservation done() { return {.reserved = true, .missing = {}}; }

Reservation refused(const Lines& missing) {
  Reservation answer;
  for (const auto& [sku, quantity] : missing) answer.missing.push_back(sku);
  return answer;
}

template <class Map, class Keys>
Map part_of(const Map& all, const Keys& keys) {
  Map part;
  for (const auto& key : keys) part.emplace(key, all.at(key));
  return part;
}

}  // namespace

Shelf::Shelf(StockBySku stock, HoldByOrder holds)
    : stock_(std::move(stock)), holds_(std::move(holds)) {}

Result<Reservation> Shelf::apply(const Command& command) {
  switch (command.action) {
    case Action::reserve: return reserve(command.order, command.lines);
    case Action::release: return release(command.order);
    case Action::claim: return claim(command.order);
    case Action::cancel: return cancel(command.order);
  }
  return std::unexpected(Error{Kind::internal, "internal", "no such action"});
}

Result<Reservation> Shelf::reserve(OrderId order, const Lines& lines) {
  if (const auto hold = holds_.find(order); hold != holds_.end()) {
    const auto state = hold->second.state;
    if (state == HoldState::active || state == HoldState::claimed) return done();
    if (state == HoldState::refused) return refused(hold->second.lines);
    return std::unexpected(hold_released());
  }
  Lines missing;
  for (const auto& [sku, quantity] : lines) {
    const auto found = stock_.find(sku);
    if (found == stock_.end() || found->second.available() < quantity)
      missing.emplace(sku, quantity);
  }
  new_orders_.insert(order);
  if (!missing.empty()) {
    holds_[order] = {.state = HoldState::refused, .lines = missing};
    return refused(missing);
  }
  for (const auto& [sku, quantity] : lines) change(sku).reserved += quantity;
  holds_[order] = {.state = HoldState::active, .lines = lines};
  return done();
}

Result<Reservation> Shelf::release(OrderId order) {
  const auto hold = holds_.find(order);
  if (hold != holds_.end() && hold->second.state == HoldState::claimed) {
    return std::unexpected(
        Error{Kind::conflict, "hold_claimed", "The stock of this order was sold already."});
  }
  return cancel(order);
}

Result<Reservation> Shelf::claim(OrderId order) {
  const auto hold = holds_.find(order);
  if (hold == holds_.end()) return std::unexpected(not_found("hold"));
  if (hold->second.state == HoldState::claimed) return done();
  if (hold->second.state != HoldState::active) return std::unexpected(hold_released());
  unreserve(hold->second.lines);
  for (const auto& [sku, quantity] : hold->second.lines) {
    move({.sku = sku, .delta = -quantity, .kind = MovementKind::sale, .order = order});
  }
  set_state(order, HoldState::claimed);
  return done();
}

Result<Reservation> Shelf::cancel(OrderId order) {
  const auto hold = holds_.find(order);
  if (hold == holds_.end()) {
    holds_[order] = {.state = HoldState::released, .lines = {}};
    new_orders_.insert(order);
  } else if (hold->second.state == HoldState::active) {
    unreserve(hold->second.lines);
    set_state(order, HoldState::released);
  } else if (hold->second.state == HoldState::refused) {
    set_state(order, HoldState::released);
  } else if (hold->second.state == HoldState::claimed) {
    for (const auto& [sku, quantity] : hold->second.lines) {
      move({.sku = sku, .delta = quantity, .kind = MovementKind::returned, .order = order});
    }
    set_state(order, HoldState::returned);
  }
  return done();
}

void Shelf::move(const Movement& movement) {
  change(movement.sku).on_hand += movement.delta;
  if (movement.delta != 0) movements_.push_back(movement);
}

void Shelf::set_state(OrderId order, HoldState state) {
  holds_.at(order).state = state;
  if (!new_orders_.contains(order)) changed_orders_.insert(order);
}

void Shelf::unreserve(const Lines& lines) {
  for (const auto& [sku, quantity] : lines) change(sku).reserved -= quantity;
}

Stock& Shelf::change(const Sku& sku) {
  changed_skus_.insert(sku);
  return stock_.at(sku);
}

std::vector<std::pair<Sku, Availability>> Shelf::announce(std::int64_t low) {
  std::vector<std::pair<Sku, Availability>> news;
  for (const auto& sku : changed_skus_) {
    auto& stock = stock_.at(sku);
    const auto now = stock.availability(low);
    if (stock.announced == now) continue;
    stock.announced = now;
    news.emplace_back(sku, now);
  }
  return news;
}

StockBySku Shelf::changed_stock() const { return part_of(stock_, changed_skus_); }
HoldByOrder Shelf::new_holds() const { return part_of(holds_, new_orders_); }
HoldByOrder Shelf::changed_holds() const { return part_of(holds_, changed_orders_); }

}  // namespace souk::inventory
