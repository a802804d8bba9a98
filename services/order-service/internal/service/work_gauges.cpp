#include "internal/service/work_gauges.hpp"

#include <prometheus/gauge.h>

#include "internal/models/order_id.hpp"

namespace souk::order {
namespace {

constexpr std::chrono::seconds kGaugeTime{5};
/// A shopper who has not touched the cart for so long is not shopping any more.
constexpr std::chrono::hours kShopping{1};

prometheus::Gauge& open_checkouts(Metrics& metrics, const std::string& state) {
  return metrics.gauge("souk_checkouts_open", "Checkouts without an outcome", {{"state", state}});
}

}  // namespace

WorkGauges::WorkGauges(database::Database& database, const Clock& clock, Metrics& metrics)
    : database_(database),
      clock_(clock),
      running_(open_checkouts(metrics, "running")),
      waiting_(open_checkouts(metrics, "waiting_for_customer")),
      oldest_(metrics.gauge("souk_checkout_oldest_seconds",
                            "Age of the oldest checkout that does not wait for its customer")),
      carts_(metrics.gauge("souk_carts", "Carts that were touched in the last hour")) {}

Task<> WorkGauges::measure() {
  const auto now = clock_.now();
  const auto work = co_await work_under_way(
      database_, {kEveryTenant, std::chrono::steady_clock::now() + kGaugeTime}, now - kShopping);
  running_.Set(static_cast<double>(work.running));
  waiting_.Set(static_cast<double>(work.waiting));
  const auto since = work.oldest_running ? placed_at(*work.oldest_running) : now;
  oldest_.Set(std::max(0.0, std::chrono::duration<double>(now - since).count()));
  carts_.Set(static_cast<double>(work.carts));
}

}  // namespace souk::order
