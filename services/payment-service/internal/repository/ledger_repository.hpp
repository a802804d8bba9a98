#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "database/database.hpp"
#include "internal/models/differences.hpp"
#include "internal/models/ledger.hpp"

namespace souk::payment {

/// Writes entries in the commit of what they tell of: one statement, however many they are. It goes
/// out with the transaction's next one. Nothing where there is nothing to write.
void queue_entries(database::Transaction& tx, std::span<const LedgerEntry> entries, Time at);

struct AccountBalance {
  std::string currency;
  std::string account;
  std::int64_t balance_minor = 0;
  std::int64_t postings = 0;
};

/// Reads the books, of whatever tenants the scope sees. Owned by the module, on its loop.
class LedgerRepository {
 public:
  explicit LedgerRepository(database::Database& database) : database_(database) {}

  Task<std::vector<AccountBalance>> balances(database::Scope scope);
  /// At most `limit`.
  Task<std::vector<LedgerProblem>> problems(database::Scope scope, int limit);
  /// The fees of the charges that were booked for payments, without those of disputes; none for one
  /// that is not there.
  Task<std::unordered_map<PaymentId, std::int64_t>> fees_of(database::Scope scope,
                                                            std::vector<PaymentId> payments);
  Task<std::int64_t> fees_of(database::Transaction& tx, PaymentId payment);

 private:
  database::Database& database_;
};

}  // namespace souk::payment
