#pragma once

#include "internal/clients/user_client.hpp"
#include "internal/models/period.hpp"
#include "internal/service/read_orders.hpp"

namespace souk::order {

/// Which of everybody's orders somebody looks for; what is absent does not matter.
struct OrderSearch {
  std::string query = {};  ///< see ListAllOrdersRequest
  std::optional<Status> status = {};
  std::optional<UserId> user = {};
  std::optional<Day> first = {};
  std::optional<Day> last = {};
};

/// Everybody's orders, for those who look after them. Owned by the module, on its loop.
class SearchOrders {
 public:
  SearchOrders(ReadOrders& read, UserClient& users) : read_(read), users_(users) {}

  /// Newest first. Throws Error{invalid_page_token}.
  Task<OrderPage> run(const rpc::Call& call, OrderSearch search, PageWish page);

 private:
  ReadOrders& read_;
  UserClient& users_;
};

}  // namespace souk::order
