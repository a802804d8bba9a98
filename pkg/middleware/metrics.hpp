#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace souk {

/// The process's Prometheus metrics. Thread-safe; owned by the process, outlives every module. Getting
/// a series takes a lock: keep the reference (valid as long as Metrics) where it is hot.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();

  prometheus::Counter& counter(const std::string& name, const std::string& help,
                               const Labels& labels = {});
  prometheus::Gauge& gauge(const std::string& name, const std::string& help,
                           const Labels& labels = {});
  /// Buckets fit durations in seconds from 0.5 ms to 10 s.
  prometheus::Histogram& seconds(const std::string& name, const std::string& help,
                                 const Labels& labels = {});

  /// The text exposition format.
  std::string text() const;

 private:
  std::shared_ptr<prometheus::Registry> registry_;
};

}  // namespace souk
