#include "internal/handler/billing_handler.hpp"

#include <fmt/format.h>

#include "internal/handler/billing_convert.hpp"
#include "internal/handler/convert.hpp"
#include "internal/service/reconciliation_proto.hpp"
#include "runtime/proto_values.hpp"

namespace souk::payment {
namespace {

constexpr char kPdf[] = "application/pdf";
constexpr char kHtml[] = "text/html; charset=utf-8";
constexpr char kCsv[] = "text/csv; charset=utf-8";
/// Problems that one look at the books names, at most.
constexpr int kProblemsShown = 1000;

common::v1::File page_of(const InvoiceReader& invoices, const BillingDocument& document) {
  return to_file(document.number() + ".html", kHtml, invoices.html(document), false);
}

Task<common::v1::File> print_of(InvoiceReader& invoices, BillingDocument document) {
  auto pdf = co_await invoices.pdf(document);
  co_return to_file(document.number() + ".pdf", kPdf, std::move(pdf), false);
}

/// Everything but the page itself: what a page token belongs to.
template <class Request>
std::string list_name(std::string_view list, const rpc::Call& call, Request request) {
  request.clear_page_size();
  request.clear_page_token();
  return fmt::format("{} {} {}", list, call.identity.tenant.str(), request.SerializeAsString());
}

template <class Request>
int page_size(const Request& request) {
  return request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize;
}

}  // namespace

BillingHandler::BillingHandler(rpc::Service& service, InvoiceReader& invoices,
                               PaymentLists& payments, DisputeRepository& disputes,
                               RefundRepository& refunds, LedgerRepository& ledger)
    : invoices_(invoices),
      payments_(payments),
      disputes_(disputes),
      refunds_(refunds),
      ledger_(ledger) {
  service.bind("GetOrderInvoice", this, &BillingHandler::get_order_invoice);
  service.bind("GetOrderInvoicePdf", this, &BillingHandler::get_order_invoice_pdf);
  service.bind("GetOrderInvoiceHtml", this, &BillingHandler::get_order_invoice_html);
  service.bind("ListOrderInvoices", this, &BillingHandler::list_order_invoices);
  service.bind("GetInvoice", this, &BillingHandler::get_invoice);
  service.bind("GetInvoicePdf", this, &BillingHandler::get_invoice_pdf);
  service.bind("GetInvoiceHtml", this, &BillingHandler::get_invoice_html);
  service.bind("ListInvoices", this, &BillingHandler::list_invoices);
  service.bind("ExportInvoices", this, &BillingHandler::export_invoices);
  service.bind("ListPayments", this, &BillingHandler::list_payments);
  service.bind("ExportPayments", this, &BillingHandler::export_payments);
  service.bind("CheckLedger", this, &BillingHandler::check_ledger);
}

Task<v1::Invoice> BillingHandler::get_order_invoice(rpc::Call& call,
                                                    const v1::OrderInvoiceRequest& request) {
  co_return to_proto(co_await invoices_.of_order(call, OrderId::from(request.order_id())));
}

Task<common::v1::File> BillingHandler::get_order_invoice_pdf(
    rpc::Call& call, const v1::OrderInvoiceRequest& request) {
  auto document = co_await invoices_.of_order(call, OrderId::from(request.order_id()));
  co_return co_await print_of(invoices_, std::move(document));
}

Task<common::v1::File> BillingHandler::get_order_invoice_html(
    rpc::Call& call, const v1::OrderInvoiceRequest& request) {
  co_return page_of(invoices_,
                    co_await invoices_.of_order(call, OrderId::from(request.order_id())));
}

Task<v1::InvoiceList> BillingHandler::list_order_invoices(rpc::Call& call,
                                                          const v1::OrderInvoiceRequest& request) {
  v1::InvoiceList reply;
  for (const auto& document :
       co_await invoices_.all_of_order(call, OrderId::from(request.order_id())))
    *reply.add_items() = to_proto(document);
  co_return reply;
}

Task<v1::Invoice> BillingHandler::get_invoice(rpc::Call& call, const v1::InvoiceRequest& request) {
  co_return to_proto(co_await invoices_.get(call, DocumentId::from(request.id())));
}

Task<common::v1::File> BillingHandler::get_invoice_pdf(rpc::Call& call,
                                                       const v1::InvoiceRequest& request) {
  auto document = co_await invoices_.get(call, DocumentId::from(request.id()));
  co_return co_await print_of(invoices_, std::move(document));
}

Task<common::v1::File> BillingHandler::get_invoice_html(rpc::Call& call,
                                                        const v1::InvoiceRequest& request) {
  co_return page_of(invoices_, co_await invoices_.get(call, DocumentId::from(request.id())));
}

Task<v1::ListInvoicesReply> BillingHandler::list_invoices(rpc::Call& call,
                                                          const v1::ListInvoicesRequest& request) {
  auto page =
      co_await invoices_.list(call, filter_of(request), list_name("invoices", call, request),
                              request.page_token(), page_size(request));
  v1::ListInvoicesReply reply;
  for (const auto& document : page.documents) *reply.add_items() = to_proto(document);
  reply.set_next_page_token(page.next_page_token);
  co_return reply;
}

Task<common::v1::File> BillingHandler::export_invoices(rpc::Call& call,
                                                       const v1::ExportInvoicesRequest& request) {
  auto csv = co_await invoices_.csv(call, filter_of(request));
  co_return to_file(fmt::format("invoices-{}-{}.csv", request.from(), request.to()), kCsv,
                    std::move(csv), true);
}

Task<v1::ListPaymentsReply> BillingHandler::list_payments(rpc::Call& call,
                                                          const v1::ListPaymentsRequest& request) {
  auto page =
      co_await payments_.list(call, filter_of(request), list_name("payments", call, request),
                              request.page_token(), page_size(request));
  v1::ListPaymentsReply reply;
  auto disputes = co_await disputes_.of_payments(call.scope(), page.payments);
  auto refunds = co_await refunds_.of_payments(call.scope(), page.payments);
  for (const auto& payment : page.payments) {
    auto& view = *reply.add_items();
    view = to_view(payment);
    for (const auto& dispute : disputes[payment.id]) *view.add_disputes() = to_proto(dispute);
    for (const auto& refund : refunds[payment.id]) *view.add_refunds() = to_view(refund);
  }
  reply.set_next_page_token(page.next_page_token);
  co_return reply;
}

Task<common::v1::File> BillingHandler::export_payments(rpc::Call& call,
                                                       const v1::ExportPaymentsRequest& request) {
  auto csv = co_await payments_.csv(call, filter_of(request));
  co_return to_file(fmt::format("payments-{}-{}.csv", request.from(), request.to()), kCsv,
                    std::move(csv), true);
}

Task<v1::CheckLedgerReply> BillingHandler::check_ledger(rpc::Call& call,
                                                        const v1::CheckLedgerRequest&) {
  auto scope = call.scope();
  scope.tenant = kEveryTenant;
  v1::CheckLedgerReply reply;
  for (const auto& balance : co_await ledger_.balances(scope)) {
    auto& proto = *reply.add_balances();
    proto.set_account(balance.account);
    *proto.mutable_balance() =
        rpc::to_proto(Money{balance.balance_minor, Currency::from(balance.currency)});
    proto.set_postings(balance.postings);
  }
  for (const auto& problem : co_await ledger_.problems(scope, kProblemsShown))
    *reply.add_problems() = to_proto(problem);
  co_return reply;
}

}  // namespace souk::payment
