#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "internal/models/hold.hpp"
#include "internal/models/stock.hpp"

namespace souk::inventory {

/// What is asked for an order.
enum class Action {
  reserve,  ///< hold all lines or none
  release,  ///< give the hold back: the money has not moved
  claim,    ///< the hold becomes a sale
  cancel,   ///< release what is held, put back what was sold
};

struct Command {
  Action action = Action::reserve;
  OrderId order;
  Lines lines = {};  ///< of a reserve
};

/// Out of stock is an answer: then nothing is held, and the SKUs that lack stock are named. It is
/// the order's for good.
struct Reservation {
  bool reserved = false;
  std::vector<Sku> missing;
};

/// The SKUs and holds that a batch of commands touches, with everybody else locked out: takes the
/// decisions one after another and remembers what has to be written back. Every action has its
/// effect once, however often it is asked for. Pure; used by one coroutine.
///
/// | hold is  | reserve           | release          | claim             | cancel    |
/// |----------|-------------------|------------------|-------------------|-----------|
/// | absent   | active or refused | released         | 404 not_found     | released  |
/// | refused  | missing as before | released         | 409 hold_released | released  |
/// | active   | as before         | released         | claimed           | released  |
/// | claimed  | as before         | 409 hold_claimed | as before         | returned  |
/// | released | 409 hold_released | as before        | 409 hold_released | as before |
/// | returned | 409 hold_released | as before        | 409 hold_released | as before |
class Shelf {
 public:
  Shelf(StockBySku stock, HoldByOrder holds);

  Result<Reservation> apply(const Command& command);

  /// Changes the count of a SKU; the caller has checked that it stays at or above `reserved`. A
  /// movement of nothing leaves no entry in the ledger, but its SKU is announced.
  void move(const Movement& movement);

  /// Notes the availability of every changed SKU; gives back those that are other than announced.
  std::vector<std::pair<Sku, Availability>> announce(std::int64_t low);

  const Stock& stock(const Sku& sku) const { return stock_.at(sku); }

  StockBySku changed_stock() const;
  /// Those that were not there before, and those that were.
  HoldByOrder new_holds() const;
  HoldByOrder changed_holds() const;
  const std::vector<Movement>& movements() const { return movements_; }

 private:
  Result<Reservation> reserve(OrderId order, const Lines& lines);
  Result<Reservation> release(OrderId order);
  Result<Reservation> claim(OrderId order);
  Result<Reservation> cancel(OrderId order);
  void set_state(OrderId order, HoldState state);
  void unreserve(const Lines& lines);
  Stock& change(const Sku& sku);

  StockBySku stock_;
  HoldByOrder holds_;
  std::set<Sku> changed_skus_;
  std::set<OrderId> new_orders_;
  std::set<OrderId> changed_orders_;
  std::vector<Movement> movements_;
};

}  // namespace souk::inventory
