#include "internal/service/invoice_reader.hpp"

#include <algorithm>
#include <ranges>

#include "core/csv.hpp"
#include "internal/service/export_limit.hpp"

namespace souk::payment {
namespace {

/// An order has one invoice, and as many credit notes as refunds: far fewer.
constexpr int kDocumentsOfAnOrder = 500;

bool may_see(const rpc::Call& call, const BillingDocument& document) {
  return call.identity.is_staff() || call.identity.user == document.user;
}

BillingDocument theirs(const rpc::Call& call, std::optional<BillingDocument> document) {
  if (!document || !may_see(call, *document)) throw not_found("invoice");
  return *std::move(document);
}

void check_issued(const BillingDocument& document) {
  if (document.issue) return;
  throw Error{Kind::conflict, "invoice_not_numbered",
              "The invoice is about to get its number; try again in a second."};
}

void add_row(Csv& csv, const BillingDocument& document) {
  const auto amount = [&](std::int64_t minor) {
    return Csv::Cell::number(plain_amount(minor, document.currency));
  };
  const auto& content = document.content;
  csv.row({document.number(), std::string{name(document.kind)},
           document.issue ? to_rfc3339(document.issue->at) : std::string{}, document.order_number,
           document.order.str(), document.payment.str(), document.invoice_number,
           content.customer.name, document.currency.code(), amount(content.total - content.tax()),
           amount(content.tax()), amount(content.total)});
}

}  // namespace

Task<BillingDocument> InvoiceReader::get(const rpc::Call& call, DocumentId id) {
  co_return theirs(call, co_await documents_.find(call.scope(), id));
}

Task<BillingDocument> InvoiceReader::of_order(const rpc::Call& call, OrderId order) {
  co_return theirs(call, co_await documents_.invoice_of(call.scope(), order));
}

Task<std::vector<BillingDocument>> InvoiceReader::all_of_order(const rpc::Call& call,
                                                               OrderId order) {
  auto documents =
      co_await documents_.page(call.scope(), {.order = order}, std::nullopt, kDocumentsOfAnOrder);
  if (documents.empty() || !may_see(call, documents.front())) throw not_found("invoice");
  co_return documents;
}

Task<DocumentPage> InvoiceReader::list(const rpc::Call& call, DocumentFilter filter,
                                       std::string list_name, std::string page_token,
                                       int page_size) {
  const auto after = tokens_.read(list_name, page_token);
  const auto below = after ? std::optional{DocumentId::from(after->at(0))} : std::nullopt;
  DocumentPage page;
  page.documents = co_await documents_.page(call.scope(), filter, below, page_size + 1);
  if (page.documents.size() > static_cast<std::size_t>(page_size)) {
    page.documents.pop_back();
    page.next_page_token = tokens_.make(list_name, {page.documents.back().id.str()});
  }
  co_return page;
}

Task<std::string> InvoiceReader::csv(const rpc::Call& call, DocumentFilter filter) {
  const auto documents =
      co_await documents_.page(call.scope(), filter, std::nullopt, kExportRows + 1);
  if (documents.size() > kExportRows) throw export_too_large();
  Csv csv;
  csv.row({"number", "kind", "issued_at", "order_number", "order_id", "payment_id",
           "invoice_number", "customer", "currency", "net", "tax", "total"});
  for (const auto& document : documents | std::views::reverse) add_row(csv, document);
  co_return csv.take();
}

std::string InvoiceReader::html(const BillingDocument& document) const {
  check_issued(document);
  return page_.render(view_of(document));
}

Task<std::string> InvoiceReader::pdf(BillingDocument document) {
  check_issued(document);
  co_return co_await printer_.print(view_of(document), document.issue->at);
}

}  // namespace souk::payment
