#pragma once

#include <string>
#include <vector>

#include "internal/models/order.hpp"
#include "inventory/inventory.pb.h"
#include "runtime/channel.hpp"

namespace souk::order {

struct Reservation {
  bool reserved = false;
  std::vector<std::string> missing_skus;  ///< of a refusal
};

/// What a checkout asks of the stock; both are idempotent on the order. Owned by the module, on its
/// loop.
class Inventory {
 public:
  virtual ~Inventory() = default;
  /// Holds all lines or none.
  virtual Task<Reservation> reserve(const rpc::Call& call, const Order& order) = 0;
  /// Gives the hold back; nothing where there is none.
  virtual Task<> release(const rpc::Call& call, OrderId order) = 0;
};

class InventoryClient final : public Inventory {
 public:
  explicit InventoryClient(rpc::Channel& channel);
  Task<Reservation> reserve(const rpc::Call& call, const Order& order) override;
  Task<> release(const rpc::Call& call, OrderId order) override;

 private:
  rpc::Method<inventory::v1::ReserveRequest, inventory::v1::ReserveReply> reserve_;
  rpc::Method<inventory::v1::ReleaseRequest, common::v1::Nothing> release_;
};

}  // namespace souk::order
