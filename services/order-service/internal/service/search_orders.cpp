#include "internal/service/search_orders.hpp"

#include <fmt/format.h>

namespace souk::order {
namespace {

/// The query comes last, and what is before it holds no blank.
std::string list_name(const OrderSearch& search) {
  return fmt::format("ListAllOrders {} {} {} {} {}", search.status ? to_string(*search.status) : "",
                     search.user ? search.user->str() : "",
                     search.first ? day_text(*search.first) : "",
                     search.last ? day_text(*search.last) : "", search.query);
}

}  // namespace

Task<OrderPage> SearchOrders::run(const rpc::Call& call, OrderSearch search, PageWish page) {
  auto name = list_name(search);
  OrderFilter filter{.user = search.user, .status = search.status, .query = search.query};
  if (search.first) filter.placed_from = *search.first;
  if (search.last) filter.placed_before = *search.last + std::chrono::days{1};
  // An order knows its customer by id.
  if (search.query.contains('@')) {
    filter.users = co_await users_.find(call, search.query);
    if (search.user) std::erase_if(filter.users, [&](UserId id) { return id != *search.user; });
    if (filter.users.empty()) co_return OrderPage{};
    filter.query.clear();
  }
  co_return co_await read_.list_all(call, std::move(name), std::move(filter), std::move(page));
}

}  // namespace souk::order
