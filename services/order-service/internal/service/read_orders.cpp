#include "internal/service/read_orders.hpp"

#include "internal/service/order_access.hpp"

namespace souk::order {

Task<Order> ReadOrders::get(const rpc::Call& call, OrderId id) {
  auto order = visible(co_await orders_.find(call.scope(), id), call.identity);
  if (order.status == Status::pending)
    order.waiting = co_await checkouts_.waiting(call.scope(), id);
  co_return order;
}

Task<Order> ReadOrders::get_by_link(const rpc::Call& call, std::string token) {
  const auto target = links_.read(token);
  if (!target) throw Error{Kind::validation, "invalid_link", "This link is not one of ours."};
  auto scope = call.scope();
  scope.tenant = target->tenant;
  auto order = co_await orders_.find(scope, target->order);
  if (!order) throw not_found("order");
  co_return *std::move(order);
}

Task<OrderPage> ReadOrders::list_own(const rpc::Call& call, PageWish page) {
  const auto user = call.identity.require_user();
  return list(call, "ListOrders " + user.str(), {.user = user}, std::move(page));
}

Task<OrderPage> ReadOrders::list_all(const rpc::Call& call, std::string name, OrderFilter filter,
                                     PageWish page) {
  return list(call, std::move(name), std::move(filter), std::move(page));
}

Task<std::vector<Event>> ReadOrders::events(const rpc::Call& call, OrderId id) {
  auto events = co_await orders_.events(call.scope(), id);
  if (events.empty()) throw not_found("order");
  co_return events;
}

Task<OrderPage> ReadOrders::list(const rpc::Call& call, std::string name, OrderFilter filter,
                                 PageWish page) {
  if (const auto after = tokens_.read(name, page.token))
    filter.before = OrderId::from(after->at(0));
  filter.limit = page.size + 1;  // one more than shown tells whether there is a next page
  OrderPage result{.orders = co_await orders_.list(call.scope(), filter), .next_page_token = {}};
  if (result.orders.size() > static_cast<std::size_t>(page.size)) {
    result.orders.pop_back();
    result.next_page_token = tokens_.make(name, {result.orders.back().id.str()});
  }
  co_return result;
}

}  // namespace souk::order
