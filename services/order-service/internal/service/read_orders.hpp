#pragma once

#include <optional>
#include <string>
#include <vector>

#include "internal/repository/checkout_repository.hpp"
#include "internal/repository/order_repository.hpp"
#include "internal/service/order_links.hpp"
#include "runtime/call.hpp"
#include "runtime/page_token.hpp"

namespace souk::order {

struct OrderPage {
  std::vector<Order> orders;
  std::string next_page_token;  ///< empty at the end
};

/// Which page of a list.
struct PageWish {
  int size = runtime::kDefaultPageSize;
  std::string token;
};

/// Orders as people look at them. Owned by the module, on its loop.
class ReadOrders {
 public:
  /// Both repositories outlive the use case.
  ReadOrders(OrderRepository& orders, CheckoutRepository& checkouts, runtime::PageTokens tokens,
             OrderLinks links)
      : orders_(orders),
        checkouts_(checkouts),
        tokens_(std::move(tokens)),
        links_(std::move(links)) {}

  /// With what its checkout waits for, while it does. Throws Error{not_found} for another's, unless the caller is staff.
  Task<Order> get(const rpc::Call& call, OrderId id);
  /// Whoever asks. Throws Error{validation, "invalid_link"} for a token that is not ours.
  Task<Order> get_by_link(const rpc::Call& call, std::string token);
  /// The caller's, newest first. Throws Error{invalid_page_token}, like list_all.
  Task<OrderPage> list_own(const rpc::Call& call, PageWish page);
  /// Everybody's, newest first. `name` is of the list and its filter: what a page token belongs to.
  Task<OrderPage> list_all(const rpc::Call& call, std::string name, OrderFilter filter,
                           PageWish page);
  /// The timeline. Throws Error{not_found}.
  Task<std::vector<Event>> events(const rpc::Call& call, OrderId id);

 private:
  Task<OrderPage> list(const rpc::Call& call, std::string name, OrderFilter filter, PageWish page);

  OrderRepository& orders_;
  CheckoutRepository& checkouts_;
  runtime::PageTokens tokens_;
  OrderLinks links_;
};

}  // namespace souk::order
