#pragma once

#include <optional>
#include <unordered_set>
#include <vector>

#include "database/database.hpp"
#include "internal/models/invoice.hpp"
#include "internal/models/payment.hpp"

namespace souk::payment {

/// What a list of documents holds. Times are of the issue, or of the making where that is to come.
struct DocumentFilter {
  std::optional<DocumentKind> kind;
  std::optional<OrderId> order;
  std::optional<std::pair<int, std::int64_t>> number;  ///< year and number
  std::optional<Time> from;
  std::optional<Time> before;
};

/// The tables `billing_documents` and `billing_counters`. Owned by the module, on its loop.
class BillingRepository {
 public:
  explicit BillingRepository(database::Database& database) : database_(database) {}

  /// Which were written: not those for whose source there is one already.
  Task<std::unordered_set<DocumentId>> insert(database::Transaction& tx,
                                              const std::vector<BillingDocument>& documents);
  Task<bool> has(database::Transaction& tx, DocumentKind kind, Uuid source);
  /// The order's invoice, locked: credit notes of one invoice are made one after the other.
  Task<std::optional<BillingDocument>> lock_invoice(database::Transaction& tx, OrderId order);
  /// The sum of an invoice's credit notes.
  /// What earlier credit notes say that never reached the customer, because their refunds failed, and
  /// that no refund since has paid. Empty: `refund` has failed itself, or was looked at before.
  Task<std::optional<std::int64_t>> unpaid_credit(database::Transaction& tx,
                                                  const BillingDocument& invoice, RefundId refund);
  /// So much of a refund is said by an earlier credit note.
  void cover(database::Transaction& tx, RefundId refund, std::int64_t amount);
  Task<std::int64_t> credited(database::Transaction& tx, DocumentId invoice);

  Task<std::optional<BillingDocument>> find(database::Scope scope, DocumentId id);
  Task<std::optional<BillingDocument>> invoice_of(database::Scope scope, OrderId order);
  /// Newest first, below `below`.
  Task<std::vector<BillingDocument>> page(database::Scope scope, DocumentFilter filter,
                                          std::optional<DocumentId> below, int limit);

  /// Tenants with documents that wait for their number, of those the scope sees.
  Task<std::vector<TenantId>> waiting_tenants(database::Scope scope);
  /// Until the transaction ends nobody else gives out numbers. False: somebody else does.
  Task<bool> take_numbering(database::Transaction& tx);
  /// Numbers up to `limit` documents of a kind in the order in which they were made; how many.
  Task<std::size_t> number(database::Transaction& tx, DocumentKind kind, int year, Time at,
                           const Seller& seller, int limit);

 private:
  database::Database& database_;
};

}  // namespace souk::payment
