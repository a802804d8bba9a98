#pragma once

#include <functional>

#include "internal/repository/billing_repository.hpp"
#include "messaging/consumer.hpp"
#include "order/events.pb.h"

namespace souk::payment {

/// Makes documents of what orders tell, in the commit that takes note of the event: an invoice of
/// an order that was confirmed, a credit note of money that went back. Each once, however often the
/// event comes. The books get them in the same commit; numbers come later (InvoiceNumbers).
/// Owned by the module, lives on its loop.
class Billing {
 public:
  /// `wake`: called after a commit that made any.
  Billing(IdGenerator& ids, const Clock& clock, BillingRepository& documents,
          std::function<void()> wake)
      : ids_(ids), clock_(clock), documents_(documents), wake_(std::move(wake)) {}

  /// Registers the events; before the consumer starts.
  void subscribe(messaging::Consumer& consumer);

  Task<> invoice(database::Transaction& tx, std::vector<order::v1::Order> confirmed);
  /// Nothing for an order without an invoice: what was never sold is not credited. And nothing twice:
  /// a credit note whose refund failed stays good, and says already what the next refund pays.
  Task<> credit(database::Transaction& tx, const order::v1::OrderRefunded& refunded);

 private:
  BillingDocument invoice_of(const order::v1::Order& order);
  Task<> keep(database::Transaction& tx, std::vector<BillingDocument> documents);

  IdGenerator& ids_;
  const Clock& clock_;
  BillingRepository& documents_;
  std::function<void()> wake_;
};

}  // namespace souk::payment
