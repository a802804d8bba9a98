#pragma once

#include <string>

#include "internal/models/invoice_view.hpp"

namespace souk::payment {

/// Fills a mustache template with a document; values are escaped. Immutable, any thread.
class InvoicePage {
 public:
  /// `folder`: where a shop's own invoice.html is; empty for the built-in one. Throws
  /// Error{validation, "invalid_setting"} for one that is missing or does not parse.
  explicit InvoicePage(const std::string& folder);

  std::string render(const InvoiceView& view) const;

 private:
  std::string template_;
};

}  // namespace souk::payment
