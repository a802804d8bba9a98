#pragma once

#include "internal/repository/billing_repository.hpp"
#include "internal/service/invoice_html.hpp"
#include "internal/service/invoice_printer.hpp"
#include "runtime/call.hpp"
#include "runtime/page_token.hpp"

namespace souk::payment {

struct DocumentPage {
  std::vector<BillingDocument> documents;
  std::string next_page_token;
};

/// Reads documents for their customer and for staff; of another's it says that there is none.
/// Owned by the module, on its loop.
class InvoiceReader {
 public:
  InvoiceReader(BillingRepository& documents, InvoicePage page, runtime::PageTokens tokens)
      : documents_(documents), page_(std::move(page)), tokens_(std::move(tokens)) {}

  /// Each throws Error{not_found}.
  Task<BillingDocument> get(const rpc::Call& call, DocumentId id);
  Task<BillingDocument> of_order(const rpc::Call& call, OrderId order);
  /// The order's documents, newest first.
  Task<std::vector<BillingDocument>> all_of_order(const rpc::Call& call, OrderId order);

  /// For staff. Throws Error{malformed, "invalid_page_token"}.
  Task<DocumentPage> list(const rpc::Call& call, DocumentFilter filter, std::string list_name,
                          std::string page_token, int page_size);
  /// For staff: everything that fits the filter, oldest first. Throws Error{validation,
  /// "export_too_large"}.
  Task<std::string> csv(const rpc::Call& call, DocumentFilter filter);

  /// Throws Error{conflict, "invoice_not_numbered"} in the moment before it has its number.
  std::string html(const BillingDocument& document) const;
  Task<std::string> pdf(BillingDocument document);

 private:
  BillingRepository& documents_;
  InvoicePage page_;
  runtime::PageTokens tokens_;
  InvoicePrinter printer_;
};

}  // namespace souk::payment
