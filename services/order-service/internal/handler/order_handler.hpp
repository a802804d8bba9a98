#pragma once

#include "internal/service/change_order.hpp"
#include "internal/service/create_order.hpp"
#include "internal/service/import_orders.hpp"
#include "internal/service/read_orders.hpp"
#include "internal/service/rebuild_orders.hpp"
#include "internal/service/refund_order.hpp"
#include "internal/service/sales_report.hpp"
#include "internal/service/search_orders.hpp"
#include "order/order.pb.h"
#include "runtime/rpc_service.hpp"

namespace souk::order {

/// The use cases that the rpcs call.
struct UseCases {
  CreateOrder& create;
  ReadOrders& read;
  SearchOrders& search;
  SalesReport& sales;
  ChangeOrder& change;
  RefundOrder& refund;
  ImportOrders& import;
  RebuildOrders& rebuild;
};

/// souk.order.v1.OrderService: messages in, messages out. Owned by the module, on its loop.
class OrderHandler {
 public:
  /// `use_cases` outlive the handler. `wake_refunds` is called when a refund was decided that the
  /// request does not wait for.
  OrderHandler(rpc::Service& service, UseCases use_cases, std::function<void()> wake_refunds);

 private:
  Task<v1::Order> create(rpc::Call& call, const v1::CreateOrderRequest& request);
  Task<v1::ListOrdersReply> list_own(rpc::Call& call, const v1::ListOrdersRequest& request);
  Task<v1::ListOrdersReply> list_all(rpc::Call& call, const v1::ListAllOrdersRequest& request);
  Task<v1::Sales> sales(rpc::Call& call, const v1::GetSalesRequest& request);
  Task<v1::Order> get(rpc::Call& call, const v1::GetOrderRequest& request);
  Task<v1::Order> get_by_link(rpc::Call& call, const v1::GetOrderByLinkRequest& request);
  Task<v1::Order> return_to(rpc::Call& call, const v1::ReturnToOrderRequest& request);
  Task<v1::Order> cancel(rpc::Call& call, const v1::CancelOrderRequest& request);
  Task<v1::Order> fulfil(rpc::Call& call, const v1::FulfilOrderRequest& request);
  Task<v1::Order> deliver(rpc::Call& call, const v1::DeliverOrderRequest& request);
  Task<v1::OrderRefund> refund(rpc::Call& call, const v1::RefundOrderRequest& request);
  Task<v1::ListOrderEventsReply> events(rpc::Call& call, const v1::ListOrderEventsRequest& request);
  Task<v1::ImportOrdersReply> import(rpc::Call& call, const v1::ImportOrdersRequest& request);
  Task<v1::RebuildOrdersReply> rebuild(rpc::Call& call, const v1::RebuildOrdersRequest& request);

  UseCases use_;
  std::function<void()> wake_refunds_;
};

}  // namespace souk::order
