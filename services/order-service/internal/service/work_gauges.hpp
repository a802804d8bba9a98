#pragma once

#include "internal/repository/work_repository.hpp"
#include "middleware/metrics.hpp"

namespace souk::order {

/// Shows what is under way: checkouts, the age of the oldest, carts. All replicas see the same. Owned by the
/// module, on its loop.
class WorkGauges {
 public:
  /// All of them outlive the gauges.
  WorkGauges(database::Database& database, const Clock& clock, Metrics& metrics);

  Task<> measure();

 private:
  database::Database& database_;
  const Clock& clock_;
  prometheus::Gauge& running_;
  prometheus::Gauge& waiting_;
  prometheus::Gauge& oldest_;
  prometheus::Gauge& carts_;
};

}  // namespace souk::order
