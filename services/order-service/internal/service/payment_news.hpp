#pragma once

#include "internal/repository/checkout_repository.hpp"
#include "internal/service/attendance.hpp"
#include "internal/service/refund_runner.hpp"
#include "messaging/consumer.hpp"
#include "payment/events.pb.h"

namespace souk::order {

/// What payment-service finds out later: the effects of its events. Owned by the module, on its
/// loop.
class PaymentNews {
 public:
  /// All of them outlive this.
  struct Parts {
    Attendance& attendance;
    RefundRunner& refunds;
    IdGenerator& ids;
    const Clock& clock;
    Random& random;
  };

  explicit PaymentNews(Parts parts) : parts_(parts) {}

  void subscribe(messaging::Consumer& consumer);

  /// A payment's outcome is known. A waiting checkout goes on; the money of an order that was given
  /// up goes back by itself.
  Task<> settled(database::Transaction& tx, const messaging::EventInfo& info,
                 const payment::v1::PaymentSettled& event);

  /// A refund that was pending has gone through.
  Task<> refund_settled(database::Transaction& tx, const messaging::EventInfo& info,
                        const payment::v1::RefundSettled& event);

  /// The customer has not got a refund, or his bank has sent it back.
  Task<> refund_failed(database::Transaction& tx, const messaging::EventInfo& info,
                       const payment::v1::RefundFailed& event);

 private:
  rpc::Call call_of(const messaging::EventInfo& info) const;

  Parts parts_;
};

}  // namespace souk::order
