#pragma once

#include "common/common.pb.h"
#include "internal/service/reservations.hpp"
#include "internal/service/stock_keeping.hpp"
#include "inventory/inventory.pb.h"
#include "runtime/page_token.hpp"
#include "runtime/rpc_service.hpp"

namespace souk::inventory {

/// souk.inventory.v1.InventoryService: proto in, proto out. Owned by the module, on its loop.
class InventoryHandler {
 public:
  /// Binds its methods to `service`.
  InventoryHandler(rpc::Service& service, StockKeeping& keeping, Reservations& reservations,
                   runtime::PageTokens page_tokens);

 private:
  Task<v1::ListStockReply> list_stock(rpc::Call& call, const v1::ListStockRequest& request);
  Task<v1::Stock> get_stock(rpc::Call& call, const v1::GetStockRequest& request);
  Task<v1::Stock> set_stock(rpc::Call& call, const v1::SetStockRequest& request);
  Task<v1::Stock> adjust_stock(rpc::Call& call, const v1::AdjustStockRequest& request);
  Task<v1::ListMovementsReply> list_movements(rpc::Call& call,
                                              const v1::ListMovementsRequest& request);
  Task<v1::ReserveReply> reserve(rpc::Call& call, const v1::ReserveRequest& request);
  Task<common::v1::Nothing> release(rpc::Call& call, const v1::ReleaseRequest& request);
  Task<common::v1::Nothing> claim(rpc::Call& call, const v1::ClaimRequest& request);
  Task<v1::ImportStockReply> import_stock(rpc::Call& call, const v1::ImportStockRequest& request);

  StockKeeping& keeping_;
  Reservations& reservations_;
  runtime::PageTokens page_tokens_;
};

}  // namespace souk::inventory
