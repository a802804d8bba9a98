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
  template <class Reply, class Request>
  void refuse(std::string_view method) {
    service_.bind(method, this, &Neighbour::unasked<Reply, Request>);
  }

  rpc::Service service_;

 private:
  template <class Reply, class Request>
  Task<Reply> unasked(rpc::Call&, const Request&) {
    throw Error{Kind::internal, "unasked", "order-service has no business here"};
  }
};

/// Sells "mug" at 7.99; "draft" is not for sale.
class ProductNeighbour final : public Neighbour {
 public:
  explicit ProductNeighbour(const runtime::ModuleContext& context)
      : Neighbour(context, "souk.product.v1.ProductService") {
    using namespace product::v1;
    using Self = ProductNeighbour;
    service_.bind("Quote", this, &Self::quote);
    refuse<ListProductsReply, ListProductsRequest>("ListProducts");
    refuse<Product, GetProductRequest>("GetProduct");
    refuse<Product, CreateProductRequest>("CreateProduct");
    refuse<Product, UpdateProductRequest>("UpdateProduct");
    refuse<common::v1::Nothing, ArchiveProductRequest>("ArchiveProduct");
    refuse<ListCategoriesReply, ListCategoriesRequest>("ListCategories");
    refuse<Category, CreateCategoryRequest>("CreateCategory");
    refuse<ImportProductsReply, ImportProductsRequest>("ImportProducts");
    refuse_back_office();
  }

 private:
  void refuse_back_office() {
    using namespace product::v1;
    refuse<ListRelatedReply, ListRelatedRequest>("ListRelated");
    refuse<ListProductsReply, ListAllProductsRequest>("ListAllProducts");
    refuse<common::v1::File, ExportProductsRequest>("ExportProducts");
    refuse<ImportCsvReply, ImportCsvRequest>("ImportCsv");
    refuse<Image, UploadImageRequest>("UploadImage");
    refuse<Product, OrderImagesRequest>("OrderImages");
    refuse<Image, DescribeImageRequest>("DescribeImage");
    refuse<common::v1::Nothing, RemoveImageRequest>("RemoveImage");
    refuse<common::v1::File, GetImageFileRequest>("GetImageFile");
  }

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
    using namespace inventory::v1;
    using Self = InventoryNeighbour;
    service_.bind("Reserve", this, &Self::reserve);
    service_.bind("Release", this, &Self::release);
    refuse<ListStockReply, ListStockRequest>("ListStock");
    refuse<Stock, GetStockRequest>("GetStock");
    refuse<Stock, SetStockRequest>("SetStock");
    refuse<Stock, AdjustStockRequest>("AdjustStock");
    refuse<ListMovementsReply, ListMovementsRequest>("ListMovements");
    refuse<common::v1::Nothing, ClaimRequest>("Claim");
    refuse<ImportStockReply, ImportStockRequest>("ImportStock");
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
    using namespace payment::v1;
    using Self = PaymentNeighbour;
    service_.bind("Charge", this, &Self::charge);
    service_.bind("RefundPayment", this, &Self::refund);
    service_.bind("ImportPayments", this, &Self::import);
    refuse<Payment, GetPaymentRequest>("GetPayment");
    refuse<Payment, LookNowRequest>("LookNow");
    refuse<Payment, AbandonRequest>("Abandon");
    refuse<Payment, VoidRequest>("Void");
    refuse<ListPaymentsReply, ListPaymentsRequest>("ListPayments");
    refuse<ListPaymentMethodsReply, ListPaymentMethodsRequest>("ListPaymentMethods");
    refuse<common::v1::Nothing, ReceiveWebhookRequest>("ReceiveWebhook");
    refuse_billing();
    refuse<ReconcileReply, ReconcileRequest>("Reconcile");
    refuse<Reconciliation, StartReconciliationRequest>("StartReconciliation");
    refuse<ListReconciliationsReply, ListReconciliationsRequest>("ListReconciliations");
  }

 private:
  void refuse_billing() {
    using namespace payment::v1;
    using common::v1::File;
    refuse<Invoice, OrderInvoiceRequest>("GetOrderInvoice");
    refuse<File, OrderInvoiceRequest>("GetOrderInvoicePdf");
    refuse<File, OrderInvoiceRequest>("GetOrderInvoiceHtml");
    refuse<InvoiceList, OrderInvoiceRequest>("ListOrderInvoices");
    refuse<ListInvoicesReply, ListInvoicesRequest>("ListInvoices");
    refuse<File, ExportInvoicesRequest>("ExportInvoices");
    refuse<Invoice, InvoiceRequest>("GetInvoice");
    refuse<File, InvoiceRequest>("GetInvoicePdf");
    refuse<File, InvoiceRequest>("GetInvoiceHtml");
    refuse<File, ExportPaymentsRequest>("ExportPayments");
    refuse<CheckLedgerReply, CheckLedgerRequest>("CheckLedger");
  }

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
