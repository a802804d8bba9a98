#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "database/tenant_batcher.hpp"
#include "internal/repository/checkout_repository.hpp"
#include "internal/repository/order_repository.hpp"
#include "internal/service/order_links.hpp"
#include "messaging/outbox.hpp"
#include "runtime/call.hpp"

namespace souk::order {

/// The two commits of a checkout. Checkouts that run at the same time share their statements and
/// their commit. Owned by the module, on its loop.
class CheckoutWriter {
 public:
  struct Limits {
    std::chrono::milliseconds lease;
    std::optional<int> open_per_account;
  };

  /// Database and outbox outlive the writer.
  CheckoutWriter(boost::asio::any_io_executor loop, database::Database& database,
                 messaging::Outbox& outbox, OrderLinks links, Limits limits);

  /// First commit: claims the idempotency key and writes the placed order. False: the key is in
  /// use, or the account has too many checkouts open. Throws Error{order_number_taken} for just
  /// that.
  Task<bool> place(const rpc::Call& call, NewCheckout checkout, Order order, Event placed);

  /// Last commit: appends the outcome of the payment (confirmed or payment_failed), tells the other
  /// services, takes what was bought out of its user's cart, and moves the checkout to its next step.
  /// False: somebody else has settled the order.
  Task<bool> settle(const rpc::Call& call, Appended outcome);

 private:
  struct Placement {
    NewCheckout checkout;
    Order order;
    std::vector<Event> stream;
    Trace trace;
  };
  struct Settlement {
    Appended outcome;
    rpc::Call call;
  };

  Task<std::vector<bool>> place_all(TenantId tenant, std::vector<Placement> placements);
  Task<std::vector<bool>> settle_all(TenantId tenant, std::vector<Settlement> settlements);
  messaging::Outgoing news_of(const Settlement& settlement) const;

  database::Database& database_;
  messaging::Outbox& outbox_;
  OrderLinks links_;
  Limits limits_;
  database::TenantBatcher<Placement, bool> placements_;
  database::TenantBatcher<Settlement, bool> settlements_;
};

}  // namespace souk::order
