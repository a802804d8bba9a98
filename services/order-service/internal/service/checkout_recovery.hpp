#pragma once

#include "internal/service/attendance.hpp"
#include "internal/service/checkout_limits.hpp"
#include "internal/service/checkout_saga.hpp"
#include "runtime/task_group.hpp"

namespace souk::order {

/// Takes over checkouts whose driver is gone, and carries them forward to their end. Owned by the
/// module, on its loop.
class CheckoutRecovery {
 public:
  /// All of them outlive the recovery.
  struct Parts {
    OrderRepository& orders;
    CheckoutRepository& checkouts;
    CheckoutSaga& saga;
    Attendance& attendance;
    IdGenerator& ids;
    const Clock& clock;
    Random& random;
    Log& log;
  };

  CheckoutRecovery(boost::asio::any_io_executor loop, Parts parts, CheckoutLimits limits)
      : parts_(parts), limits_(limits), driving_(std::move(loop)) {}

  /// Takes over what is due and starts to drive it; does not wait for that.
  Task<> run_once();

  /// Until nothing is being driven.
  Task<> drain() { return driving_.wait(); }

  /// Forgets the idempotency keys of checkouts that ended a week ago.
  Task<> forget_old();

 private:
  Task<> drive(Checkout checkout);

  Parts parts_;
  CheckoutLimits limits_;
  runtime::TaskGroup driving_;
};

}  // namespace souk::order
