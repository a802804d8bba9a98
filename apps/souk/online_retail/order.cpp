#include "apps/souk/online_retail/order.hpp"

namespace souk::online_retail {
namespace {

std::int64_t sum_of(const std::vector<OrderLine>& lines, bool postage) {
  std::int64_t total = 0;
  for (const auto& line : lines) {
    if (line.postage == postage) total += line.total_minor();
  }
  return total;
}

}  // namespace

std::int64_t Order::goods_minor() const { return sum_of(lines, false); }

std::int64_t Order::postage_minor() const { return sum_of(lines, true); }

std::int64_t Order::refunded_minor() const {
  std::int64_t total = 0;
  for (const auto& refund : refunds) total += refund.amount_minor;
  return total;
}

}  // namespace souk::online_retail
