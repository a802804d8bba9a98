#include "internal/service/attendance.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace souk::order {

Attendance::Watch::Watch(Attendance& owner, OrderId order)
    : owner_(owner), place_(owner.watches_.emplace(order, this)), timer_(owner.loop_) {}

Attendance::Watch::~Watch() { owner_.watches_.erase(place_); }

Task<> Attendance::Watch::wait_until(std::chrono::steady_clock::time_point time) {
  if (!woken_) {
    timer_.expires_at(time);
    boost::system::error_code woken;
    co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  }
  woken_ = false;
}

void Attendance::wake(OrderId order) {
  const auto [first, last] = watches_.equal_range(order);
  for (auto watch = first; watch != last; ++watch) {
    watch->second->woken_ = true;
    watch->second->timer_.cancel();
  }
}

std::vector<OrderId> Attendance::orders() const {
  std::vector<OrderId> orders;
  for (const auto& [order, watch] : watches_) orders.push_back(order);
  return orders;
}

}  // namespace souk::order
