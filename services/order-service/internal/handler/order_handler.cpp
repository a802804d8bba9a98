#include "internal/handler/order_handler.hpp"

#include "internal/clients/messages.hpp"
#include "internal/handler/order_requests.hpp"
#include "internal/models/event_json.hpp"
#include "runtime/proto_values.hpp"

namespace souk::order {
namespace {

v1::ListOrdersReply to_reply(const OrderPage& page) {
  v1::ListOrdersReply reply;
  for (const auto& order : page.orders) *reply.add_items() = to_message(order);
  reply.set_next_page_token(page.next_page_token);
  return reply;
}

template <class Request>
PageWish page_wish(const Request& request) {
  return {.size = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize,
          .token = request.page_token()};
}

}  // namespace

OrderHandler::OrderHandler(rpc::Service& service, UseCases use_cases,
                           std::function<void()> wake_refunds)
    : use_(use_cases), wake_refunds_(std::move(wake_refunds)) {
  service.bind("CreateOrder", this, &OrderHandler::create);
  service.bind("ListOrders", this, &OrderHandler::list_own);
  service.bind("ListAllOrders", this, &OrderHandler::list_all);
  service.bind("GetSales", this, &OrderHandler::sales);
  service.bind("GetOrder", this, &OrderHandler::get);
  service.bind("GetOrderByLink", this, &OrderHandler::get_by_link);
  service.bind("ReturnToOrder", this, &OrderHandler::return_to);
  service.bind("CancelOrder", this, &OrderHandler::cancel);
  service.bind("FulfilOrder", this, &OrderHandler::fulfil);
  service.bind("DeliverOrder", this, &OrderHandler::deliver);
  service.bind("RefundOrder", this, &OrderHandler::refund);
  service.bind("ListOrderEvents", this, &OrderHandler::events);
  service.bind("ImportOrders", this, &OrderHandler::import);
  service.bind("RebuildOrders", this, &OrderHandler::rebuild);
}

Task<v1::Order> OrderHandler::create(rpc::Call& call, const v1::CreateOrderRequest& request) {
  co_return to_message(co_await use_.create.run(call, to_new_order(request)));
}

Task<v1::ListOrdersReply> OrderHandler::list_own(rpc::Call& call,
                                                 const v1::ListOrdersRequest& request) {
  co_return to_reply(co_await use_.read.list_own(call, page_wish(request)));
}

Task<v1::ListOrdersReply> OrderHandler::list_all(rpc::Call& call,
                                                 const v1::ListAllOrdersRequest& request) {
  OrderSearch search{.query = request.query(),
                     .first = parse_day("from", request.from()),
                     .last = parse_day("to", request.to())};
  if (!request.status().empty()) search.status = parse_status(request.status());
  if (!request.user_id().empty()) search.user = UserId::from(request.user_id());
  co_return to_reply(co_await use_.search.run(call, std::move(search), page_wish(request)));
}

Task<v1::Sales> OrderHandler::sales(rpc::Call& call, const v1::GetSalesRequest& request) {
  constexpr int kBestSellers = 10;
  const auto period =
      make_period(parse_day("from", request.from()).value(), parse_day("to", request.to()).value());
  co_return co_await use_.sales.of(call, period, parse_interval(request.interval()),
                                   request.has_top() ? request.top() : kBestSellers);
}

Task<v1::Order> OrderHandler::get(rpc::Call& call, const v1::GetOrderRequest& request) {
  co_return to_message(co_await use_.read.get(call, OrderId::from(request.id())));
}

Task<v1::Order> OrderHandler::get_by_link(rpc::Call& call,
                                          const v1::GetOrderByLinkRequest& request) {
  co_return to_message(co_await use_.read.get_by_link(call, request.token()));
}

Task<v1::Order> OrderHandler::return_to(rpc::Call& call, const v1::ReturnToOrderRequest& request) {
  co_return to_message(co_await use_.create.resume(call, OrderId::from(request.id())));
}

Task<v1::Order> OrderHandler::cancel(rpc::Call& call, const v1::CancelOrderRequest& request) {
  auto reply = co_await use_.change.cancel(call, request);
  wake_refunds_();
  co_return reply;
}

Task<v1::Order> OrderHandler::fulfil(rpc::Call& call, const v1::FulfilOrderRequest& request) {
  return use_.change.fulfil(call, request);
}

Task<v1::Order> OrderHandler::deliver(rpc::Call& call, const v1::DeliverOrderRequest& request) {
  return use_.change.deliver(call, request);
}

Task<v1::OrderRefund> OrderHandler::refund(rpc::Call& call, const v1::RefundOrderRequest& request) {
  return use_.refund.run(call, request);
}

Task<v1::ListOrderEventsReply> OrderHandler::events(rpc::Call& call,
                                                    const v1::ListOrderEventsRequest& request) {
  v1::ListOrderEventsReply reply;
  for (const auto& event : co_await use_.read.events(call, OrderId::from(request.id()))) {
    auto& item = *reply.add_items();
    item.set_version(event.version);
    item.set_type(std::string{to_string(type_of(event.data))});
    item.set_data(to_json(event.data));
    *item.mutable_at() = rpc::to_proto(event.at);
  }
  co_return reply;
}

Task<v1::ImportOrdersReply> OrderHandler::import(rpc::Call& call,
                                                 const v1::ImportOrdersRequest& request) {
  const auto report = co_await use_.import.run(call, to_imported_orders(request));
  v1::ImportOrdersReply reply;
  reply.set_created(report.created);
  reply.set_existing(report.existing);
  for (const auto& order : report.kept) {
    auto& kept = *reply.add_kept();
    kept.set_external_id(order.external_id.value());
    *kept.mutable_total() = rpc::to_proto(order.totals.total);
    *kept.mutable_refunded() = rpc::to_proto(order.refunded);
  }
  co_return reply;
}

Task<v1::RebuildOrdersReply> OrderHandler::rebuild(rpc::Call& call,
                                                   const v1::RebuildOrdersRequest& request) {
  const auto report = co_await use_.rebuild.run(call, request.dry_run());
  v1::RebuildOrdersReply reply;
  reply.set_orders(report.orders);
  reply.set_differing(report.differing);
  co_return reply;
}

}  // namespace souk::order
