#pragma once

#include "middleware/metrics.hpp"

namespace souk::runtime {

/// What the process uses, under the names that Prometheus' own client libraries give it, and what it was built from.
/// Read from /proc when asked. One thread at a time.
class ProcessMetrics {
 public:
  explicit ProcessMetrics(Metrics& metrics);

  void measure();

 private:
  prometheus::Gauge& resident_;
  prometheus::Gauge& threads_;
  prometheus::Gauge& open_files_;
  prometheus::Gauge& most_files_;
  prometheus::Counter& cpu_;
};

}  // namespace souk::runtime
