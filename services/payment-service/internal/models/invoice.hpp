#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/money.hpp"
#include "core/uuid.hpp"

namespace souk::payment {

using DocumentId = Id<struct DocumentTag>;

enum class DocumentKind { invoice, credit_note };

std::string_view name(DocumentKind kind);
/// Throws std::logic_error for what the schema does not allow.
DocumentKind document_kind(std::string_view name);

/// A name and the lines of a postal address below it.
struct Party {
  std::string name;
  std::vector<std::string> address;

  bool operator==(const Party&) const = default;
};

struct Seller {
  Party party;
  std::string vat_id;
  std::string contact;

  bool operator==(const Seller&) const = default;
};

/// Amounts of a document are minor units of its currency.
struct InvoiceLine {
  std::string sku;
  std::string name;
  std::int64_t quantity = 0;
  std::int64_t unit_price = 0;
  std::int64_t total = 0;

  bool operator==(const InvoiceLine&) const = default;
};

struct InvoiceTax {
  int basis_points = 0;
  bool included = false;  ///< contained in the lines; otherwise added to them
  std::int64_t taxable = 0;
  std::int64_t tax = 0;

  bool operator==(const InvoiceTax&) const = default;
};

/// total = subtotal - discount + shipping + the taxes that are not included.
struct InvoiceContent {
  Party customer;
  Time ordered_at;
  std::vector<InvoiceLine> lines;
  std::int64_t subtotal = 0;
  std::int64_t discount = 0;
  std::int64_t shipping = 0;
  std::int64_t total = 0;
  std::vector<InvoiceTax> taxes;

  /// Included or not.
  std::int64_t tax() const;
  bool operator==(const InvoiceContent&) const = default;
};

/// What a document has from the numbering on, and keeps.
struct Issue {
  int year = 0;
  std::int64_t number = 0;
  Time at;
  Seller seller;
};

/// An invoice, or a credit note that corrects one. Amounts of a credit note are what the customer
/// gets back. A value.
struct BillingDocument {
  DocumentId id;
  DocumentKind kind = DocumentKind::invoice;
  Uuid source;  ///< the order of an invoice, the refund of a credit note
  OrderId order;
  std::string order_number;
  UserId user;
  PaymentId payment;
  std::optional<DocumentId> invoice;  ///< that a credit note corrects
  std::string invoice_number;         ///< its number, where that is known
  Currency currency;
  InvoiceContent content;
  Time created_at;
  std::optional<Issue> issue;

  /// "INV-2026-000042", "CN-2026-000007"; empty before the numbering.
  std::string number() const;
};

std::string number_text(DocumentKind kind, int year, std::int64_t number);

/// What a credit note over `amount` says: all of the invoice's lines where all is given back at
/// once, otherwise one line; and of each tax the part that is due, so that the taxes of all credit
/// notes add up to the invoice's when all is given back. `credited`: by earlier credit notes.
/// Throws std::logic_error for more than the invoice's total.
InvoiceContent credit_of(const BillingDocument& invoice, std::int64_t amount,
                         std::int64_t credited);

}  // namespace souk::payment
