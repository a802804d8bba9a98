#pragma once

#include "database/database.hpp"
#include "internal/models/period.hpp"
#include "order/statistics.pb.h"
#include "runtime/call.hpp"

namespace souk::order {

/// What was sold in a period, for the dashboard. Owned by the module, on its loop.
class SalesReport {
 public:
  explicit SalesReport(database::Database& database) : database_(database) {}

  Task<v1::Sales> of(const rpc::Call& call, Period period, Interval interval, int top);

 private:
  database::Database& database_;
};

}  // namespace souk::order
