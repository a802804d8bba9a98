#pragma once

#include "common/common.pb.h"
#include "internal/repository/dispute_repository.hpp"
#include "internal/repository/ledger_repository.hpp"
#include "internal/repository/refund_repository.hpp"
#include "internal/service/invoice_reader.hpp"
#include "internal/service/payment_lists.hpp"
#include "payment/payment.pb.h"
#include "runtime/rpc_service.hpp"

namespace souk::payment {

/// The half of souk.payment.v1.PaymentService that only looks: invoices, lists, exports, books.
/// Owned by the module, on its loop.
class BillingHandler {
 public:
  using File = common::v1::File;

  /// All outlive the handler; its methods are bound to `service`.
  BillingHandler(rpc::Service& service, InvoiceReader& invoices, PaymentLists& payments,
                 DisputeRepository& disputes, RefundRepository& refunds, LedgerRepository& ledger);

 private:
  Task<v1::Invoice> get_order_invoice(rpc::Call& call, const v1::OrderInvoiceRequest& request);
  Task<File> get_order_invoice_pdf(rpc::Call& call, const v1::OrderInvoiceRequest& request);
  Task<File> get_order_invoice_html(rpc::Call& call, const v1::OrderInvoiceRequest& request);
  Task<v1::InvoiceList> list_order_invoices(rpc::Call& call,
                                            const v1::OrderInvoiceRequest& request);
  Task<v1::Invoice> get_invoice(rpc::Call& call, const v1::InvoiceRequest& request);
  Task<File> get_invoice_pdf(rpc::Call& call, const v1::InvoiceRequest& request);
  Task<File> get_invoice_html(rpc::Call& call, const v1::InvoiceRequest& request);
  Task<v1::ListInvoicesReply> list_invoices(rpc::Call& call,
                                            const v1::ListInvoicesRequest& request);
  Task<File> export_invoices(rpc::Call& call, const v1::ExportInvoicesRequest& request);
  Task<v1::ListPaymentsReply> list_payments(rpc::Call& call,
                                            const v1::ListPaymentsRequest& request);
  Task<File> export_payments(rpc::Call& call, const v1::ExportPaymentsRequest& request);
  Task<v1::CheckLedgerReply> check_ledger(rpc::Call& call, const v1::CheckLedgerRequest& request);

  InvoiceReader& invoices_;
  PaymentLists& payments_;
  DisputeRepository& disputes_;
  RefundRepository& refunds_;
  LedgerRepository& ledger_;
};

}  // namespace souk::payment
