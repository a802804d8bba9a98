#pragma once

#include <vector>

#include "database/database.hpp"
#include "internal/models/payment.hpp"
#include "internal/repository/tenant_batcher.hpp"

namespace souk::payment {

/// The two writes of every charge. Charges that run side by side share the statement and the
/// commit. Owned by the module, lives on its loop.
class PaymentWriter {
 public:
  PaymentWriter(boost::asio::any_io_executor loop, database::Database& database,
                const Clock& clock);

  /// Commits the intent. False: the order has a payment already, and nothing was written.
  Task<bool> insert(Payment intent, Time next_check_at,
                    std::chrono::steady_clock::time_point deadline);

  /// Turns a pending payment into what it became, and gives it back. One that somebody else has
  /// settled meanwhile is given back as it is.
  Task<Payment> settle(TenantId tenant, PaymentId id, Outcome outcome,
                       std::chrono::steady_clock::time_point deadline);

 private:
  struct Intent {
    Payment payment;
    Time next_check_at;
  };
  struct Result {
    PaymentId id;
    Outcome outcome;
  };

  Task<std::vector<bool>> insert_all(TenantId tenant, std::vector<Intent> intents);
  Task<std::vector<Payment>> settle_all(TenantId tenant, std::vector<Result> results);

  database::Database& database_;
  const Clock& clock_;
  TenantBatcher<Intent, bool> inserts_;
  TenantBatcher<Result, Payment> settlements_;
};

}  // namespace souk::payment
