#pragma once

#include <functional>
#include <span>
#include <vector>

#include "database/database.hpp"
#include "database/tenant_batcher.hpp"
#include "internal/models/payment.hpp"

namespace souk::payment {

/// The two writes of every charge. Charges that run side by side share the statement and the
/// commit. Owned by the module, lives on its loop.
class PaymentWriter {
 public:
  /// Called in the transaction that settles payments of a tenant, before its commit.
  using OnSettled = std::function<void(database::Transaction&, TenantId, std::span<const Payment>)>;

  PaymentWriter(boost::asio::any_io_executor loop, database::Database& database, const Clock& clock,
                OnSettled on_settled);

  /// Commits the intent. False: the order has a payment already, and nothing was written.
  Task<bool> insert(Payment intent, Time next_check_at,
                    std::chrono::steady_clock::time_point deadline, Trace trace = {});

  /// Turns a pending payment into what it became, and gives it back. One that somebody else has
  /// settled meanwhile, or has taken on where that matters, is given back as it is.
  Task<Payment> settle(TenantId tenant, PaymentId id, Outcome outcome,
                       std::chrono::steady_clock::time_point deadline);

 private:
  struct Intent {
    Payment payment;
    Time next_check_at;
    Trace trace;
  };
  struct Result {
    PaymentId id;
    Outcome outcome;
  };

  Task<std::vector<bool>> insert_all(TenantId tenant, std::vector<Intent> intents);
  Task<std::vector<Payment>> settle_all(TenantId tenant, std::vector<Result> results);

  database::Database& database_;
  const Clock& clock_;
  OnSettled on_settled_;
  database::TenantBatcher<Intent, bool> inserts_;
  database::TenantBatcher<Result, Payment> settlements_;
};

}  // namespace souk::payment
