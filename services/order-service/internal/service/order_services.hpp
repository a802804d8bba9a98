#pragma once

#include "internal/service/carts.hpp"
#include "internal/service/change_order.hpp"
#include "internal/service/checkout_recovery.hpp"
#include "internal/service/create_order.hpp"
#include "internal/service/import_orders.hpp"
#include "internal/service/payment_news.hpp"
#include "internal/service/read_orders.hpp"
#include "internal/service/rebuild_orders.hpp"
#include "internal/service/refund_order.hpp"
#include "internal/service/shipping_methods.hpp"

namespace souk::order {

/// What the use cases stand on. All of it outlives them.
struct Foundation {
  boost::asio::any_io_executor loop;
  database::Database& database;
  messaging::Outbox& outbox;
  Products& products;
  Inventory& inventory;
  Payments& payments;
  IdGenerator& ids;
  const Clock& clock;
  Random& random;
  Log& log;
  Metrics& metrics;
  OrderLinks links;
  Currency currency = Currency::from("USD");  ///< the shop's
};

/// All use cases of the service, put together. Owned by the module, on its loop.
class OrderServices {
 public:
  OrderServices(Foundation on, CheckoutLimits limits, runtime::PageTokens tokens,
                TaxRules taxes = {})
      : metrics_(on.metrics),
        orders_(on.database),
        checkouts_(on.database),
        refunds_(on.database),
        attendance_(on.loop),
        writer_(on.loop, on.database, on.outbox, on.links, {limits.lease, limits.open_per_account}),
        saga_({on.inventory, on.payments, orders_, checkouts_, writer_, on.database, on.outbox,
               on.clock, on.log, metrics_},
              limits.action),
        carts({on.database, on.products, on.ids, on.clock}),
        shipping({on.database, on.clock, on.log, on.currency}),
        recovery(on.loop,
                 {orders_, checkouts_, saga_, attendance_, on.ids, on.clock, on.random, on.log},
                 limits),
        refund_runner(on.loop,
                      {on.database, refunds_, on.payments, on.outbox, on.clock, on.random, on.log},
                      limits.lease),
        payment_news({attendance_, refund_runner, on.ids, on.clock, on.random}),
        create({on.products, on.payments, orders_, checkouts_, writer_, saga_, attendance_,
                shipping, on.ids, on.clock, on.random, on.log},
               limits, std::move(taxes)),
        read(orders_, checkouts_, std::move(tokens), on.links),
        change({on.database, on.outbox, on.links, on.ids, on.clock, metrics_}),
        refund({on.database, refunds_, refund_runner, on.ids, on.clock}),
        import({on.database, orders_, on.payments, on.ids, on.random}),
        rebuild(on.database) {}

 private:
  OrderMetrics metrics_;
  OrderRepository orders_;
  CheckoutRepository checkouts_;
  RefundRepository refunds_;
  Attendance attendance_;
  CheckoutWriter writer_;
  CheckoutSaga saga_;

 public:
  Carts carts;
  ShippingMethods shipping;
  CheckoutRecovery recovery;
  RefundRunner refund_runner;
  PaymentNews payment_news;
  CreateOrder create;
  ReadOrders read;
  ChangeOrder change;
  RefundOrder refund;
  ImportOrders import;
  RebuildOrders rebuild;
};

}  // namespace souk::order
