#pragma once

#include <atomic>

#include "inventory/inventory.pb.h"
#include "payment/payment.pb.h"
#include "product/product.pb.h"
#include "runtime/module.hpp"

namespace souk::order {

/// A service that answers what order-service asks of it, over gRPC, and nothing else.
class Neighbour : public runtime::Module {
 public:
  Neighbour(const runtime::ModuleContext& context, std::string_view service)
      : service_{service, context.loop, context.wire, context.log} {}

  std::vector<rpc::Service*> services() override { return {&service_}; }
  Task<> start() override { co_return; }
  Task<> ready() override { co_return; }
  Task<> stop() override { co_return; }

 protected:
  rpc::Service service_;
};

/// Sells "mug" at 7.99; "draft" is not for sale.
class ProductNeighbour final : public Neighbour {
 public:
  explicit ProductNeighbour(const runtime::ModuleContext& context)
      : Neighbour(context, "souk.product.v1.ProductService") {
    using Self = ProductNeighbour;
    service_.bind("Quote", this, &Self::quote);
    service_.refuse_unbound();
  }

 private:
  Task<product::v1::QuoteReply> quote(rpc::Call&, const product::v1::QuoteRequest& request) {
    product::v1::QuoteReply reply;
    for (const auto& sku : request.skus()) {
      if (sku != "mug" && sku != "draft") continue;
      auto& item = *reply.add_items();
      item.set_sku(sku);
      item.set_name("The " + sku);
      item.set_product_id("product-of-" + sku);
      item.mutable_price()->set_amount(799);
      item.mutable_price()->set_currency("USD");
      item.set_sellable(sku != "draft");
    }
    co_return reply;
  }
};

/// Has less than a thousand of everything.
class InventoryNeighbour final : public Neighbour {
 public:
  explicit InventoryNeighbour(const runtime::ModuleContext& context)
      : Neighbour(context, "souk.inventory.v1.InventoryService") {
    using Self = InventoryNeighbour;
    service_.bind("Reserve", this, &Self::reserve);
    service_.bind("Release", this, &Self::release);
    service_.refuse_unbound();
  }

 private:
  Task<inventory::v1::ReserveReply> reserve(rpc::Call&,
                                            const inventory::v1::ReserveRequest& request) {
    inventory::v1::ReserveReply reply;
    for (const auto& line : request.lines()) {
      if (line.quantity() >= 1000) reply.add_missing_skus(line.sku());
    }
    reply.set_reserved(reply.missing_skus().empty());
    co_return reply;
  }
  Task<common::v1::Nothing> release(rpc::Call&, const inventory::v1::ReleaseRequest&) {
    co_return common::v1::Nothing{};
  }
};

/// Charges everything but "tok_declined".
class PaymentNeighbour final : public Neighbour {
 public:
  explicit PaymentNeighbour(const runtime::ModuleContext& context)
      : Neighbour(context, "souk.payment.v1.PaymentService") {
    using Self = PaymentNeighbour;
    service_.bind("Charge", this, &Self::charge);
    service_.bind("RefundPayment", this, &Self::refund);
    service_.bind("ImportPayments", this, &Self::import);
    service_.refuse_unbound();
  }

 private:
  Task<payment::v1::Payment> charge(rpc::Call&, const payment::v1::ChargeRequest& request) {
    payment::v1::Payment payment;
    payment.set_id("pay_" + request.order_id());
    payment.set_provider("sandbox");
    const bool declined = request.token() == "tok_declined";
    payment.set_status(declined ? payment::v1::PAYMENT_STATUS_DECLINED
                                : payment::v1::PAYMENT_STATUS_CAPTURED);
    if (declined) payment.set_decline_code("card_declined");
    co_return payment;
  }
  Task<payment::v1::Refund> refund(rpc::Call&, const payment::v1::RefundRequest& request) {
    payment::v1::Refund refund;
    refund.set_id(request.refund_id());
    refund.set_status("succeeded");
    co_return refund;
  }
  Task<payment::v1::ImportPaymentsReply> import(rpc::Call&,
                                                const payment::v1::ImportPaymentsRequest& request) {
    payment::v1::ImportPaymentsReply reply;
    reply.set_created(request.payments_size());
    co_return reply;
  }
};

template <class Module>
runtime::ModuleSpec neighbour(std::string name) {
  return {.name = std::move(name),
          .make = [](runtime::ModuleContext context) { return std::make_unique<Module>(context); }};
}

}  // namespace souk::order
