#include "apps/souk/online_retail/cancellations.hpp"

#include <algorithm>
#include <ranges>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace souk::online_retail {
namespace {

/// A sales line and what of it has not come back yet.
struct Purchase {
  Order* order = nullptr;
  const OrderLine* line = nullptr;
  std::int64_t left = 0;

  bool before(const Cancellation& cancellation) const {
    return std::tie(order->time, line->line_number) <
           std::tie(cancellation.time, cancellation.line_number);
  }
};

using Purchases = std::unordered_map<std::string, std::vector<Purchase>>;

std::string key_of(const std::string& customer_id, const std::string& sku, std::int64_t price) {
  return customer_id + '|' + sku + '|' + std::to_string(price);
}

std::string key_of(const Cancellation& cancellation) {
  return key_of(cancellation.customer_id, cancellation.sku, cancellation.unit_price_minor);
}

/// Only what some cancellation asks for: a fiftieth of all lines.
Purchases index(const std::vector<Cancellation>& cancellations, std::vector<Order>& orders) {
  Purchases purchases;
  for (const auto& cancellation : cancellations) purchases.try_emplace(key_of(cancellation));
  for (auto& order : orders) {
    if (!order.customer_id) continue;
    for (const auto& line : order.lines) {
      const auto key = key_of(*order.customer_id, line.sku, line.unit_price_minor);
      const auto found = purchases.find(key);
      if (found != purchases.end()) found->second.push_back({&order, &line, line.quantity});
    }
  }
  return purchases;
}

/// The refund that this cancellation invoice makes on the order; a new one with its first line.
Refund& refund_of(Order& order, const Cancellation& cancellation) {
  const auto same = std::ranges::find(order.refunds, cancellation.invoice, &Refund::invoice);
  if (same != order.refunds.end()) return *same;
  return order.refunds.emplace_back(Refund{.key = order.key + ":" + cancellation.invoice,
                                           .invoice = cancellation.invoice,
                                           .time = cancellation.time});
}

void take(Purchase& purchase, std::int64_t quantity, const Cancellation& cancellation) {
  purchase.left -= quantity;
  refund_of(*purchase.order, cancellation).amount_minor += quantity * cancellation.unit_price_minor;
}

bool take_from_one(std::vector<Purchase*>& latest_first, const Cancellation& cancellation) {
  const auto quantity = cancellation.quantity;
  auto found = std::ranges::find_if(latest_first, [&](const Purchase* purchase) {
    return purchase->line->quantity == quantity && purchase->left == quantity;
  });
  if (found == latest_first.end()) {
    found = std::ranges::find_if(
        latest_first, [&](const Purchase* purchase) { return purchase->left >= quantity; });
  }
  if (found == latest_first.end()) return false;
  take(**found, quantity, cancellation);
  return true;
}

bool take_from_several(std::vector<Purchase*>& latest_first, const Cancellation& cancellation) {
  std::int64_t left = 0;
  for (const auto* purchase : latest_first) left += purchase->left;
  if (left < cancellation.quantity) return false;
  auto wanted = cancellation.quantity;
  for (auto* purchase : latest_first) {
    const auto part = std::min(wanted, purchase->left);
    if (part > 0) take(*purchase, part, cancellation);
    wanted -= part;
  }
  return true;
}

bool match(std::vector<Purchase>& purchases, const Cancellation& cancellation) {
  std::vector<Purchase*> latest_first;
  for (auto& purchase : std::views::reverse(purchases)) {
    if (purchase.before(cancellation)) latest_first.push_back(&purchase);
  }
  return take_from_one(latest_first, cancellation) || take_from_several(latest_first, cancellation);
}

}  // namespace

std::vector<Cancellation> match_cancellations(std::vector<Cancellation> cancellations,
                                              std::vector<Order>& orders) {
  std::ranges::sort(cancellations, {}, [](const Cancellation& cancellation) {
    return std::pair{cancellation.time, cancellation.line_number};
  });
  auto purchases = index(cancellations, orders);
  std::vector<Cancellation> unmatched;
  for (auto& cancellation : cancellations) {
    if (!match(purchases[key_of(cancellation)], cancellation)) {
      unmatched.push_back(std::move(cancellation));
    }
  }
  return unmatched;
}

}  // namespace souk::online_retail
