#pragma once

#include "internal/repository/billing_repository.hpp"
#include "runtime/job.hpp"
#include "runtime/module.hpp"

namespace souk::payment {

/// The job that gives documents their numbers: 1, 2, 3, … for each tenant, kind and year (UTC), in
/// the order in which they were made, credit notes after the invoice that they correct. Counter and
/// documents change in one commit under a lock, so a death leaves neither a gap nor a double; no
/// checkout waits for it. Owned by the module, on its loop; any number of replicas may run.
class InvoiceNumbers {
 public:
  InvoiceNumbers(boost::asio::any_io_executor loop, Log& log, Random& random, const Clock& clock,
                 database::Database& database, BillingRepository& documents, Seller seller);

  void start() { job_.start(); }
  void wake() { job_.wake(); }
  Task<> stop();

  /// One pass over every tenant; how many documents have their number now.
  Task<std::size_t> number_due();

 private:
  Task<std::size_t> number_of(TenantId tenant);

  Random& random_;
  const Clock& clock_;
  database::Database& database_;
  BillingRepository& documents_;
  Seller seller_;
  bool stopping_ = false;
  runtime::Job job_;
};

/// "Street 1|10115 Berlin|Germany" and the rest of SOUK_SELLER_*.
Seller seller_of(const config::Settings& settings);

}  // namespace souk::payment
