#pragma once

#include <chrono>
#include <map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/uuid.hpp"
#include "runtime/task.hpp"

namespace souk::order {

/// The checkouts that this process is driving right now: recovery leaves them alone, and news of
/// their payment wakes them. Owned by the module, on its loop.
class Attendance {
 public:
  explicit Attendance(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}

  /// One checkout being driven, for as long as this lives; the Attendance outlives it.
  class Watch {
   public:
    Watch(Attendance& owner, OrderId order);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// Until wake(order) or until then, whichever is first.
    Task<> wait_until(std::chrono::steady_clock::time_point time);

   private:
    friend class Attendance;
    Attendance& owner_;
    std::multimap<OrderId, Watch*>::iterator place_;
    boost::asio::steady_timer timer_;
    bool woken_ = false;
  };

  /// Somebody else's news about an order; nothing where nobody drives it.
  void wake(OrderId order);

  std::vector<OrderId> orders() const;

 private:
  boost::asio::any_io_executor loop_;
  std::multimap<OrderId, Watch*> watches_;
};

}  // namespace souk::order
