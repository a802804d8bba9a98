#include "apps/souk/online_retail/invoices.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "apps/souk/online_retail/stock_code.hpp"

namespace souk::online_retail {
namespace {

/// Why the line's code sells nothing, whatever its numbers are.
std::optional<Reason> code_reason(const Line& line) {
  if (line.kind == InvoiceKind::adjustment) return Reason::bad_debt;
  switch (kind_of(line.stock_code)) {
    case CodeKind::goods:
    case CodeKind::postage: return std::nullopt;
    case CodeKind::fee: return Reason::fee;
    case CodeKind::manual: return Reason::manual_entry;
    case CodeKind::discount: return Reason::discount;
    case CodeKind::sample: return Reason::sample;
    case CodeKind::bad_debt: return Reason::bad_debt;
    case CodeKind::unusable: return Reason::unusable_stock_code;
  }
  return std::nullopt;
}

/// Why the line's numbers are none of a sale or of a cancellation.
std::optional<Reason> number_reason(const Line& line) {
  const bool cancellation = line.kind == InvoiceKind::cancellation;
  if (line.quantity == 0) return Reason::zero_quantity;
  if (line.quantity < 0 && !cancellation) return Reason::stock_adjustment;
  if (line.quantity > 0 && cancellation) return Reason::positive_cancellation;
  if (line.unit_price.is_zero()) return Reason::zero_price;
  if (line.unit_price.is_negative()) return Reason::negative_price;
  if (!line.unit_price.is_whole_minor(kPence)) return Reason::sub_penny_price;
  return std::nullopt;
}

std::string key_of(const Order& order) {
  return "online-retail:" + order.invoice + ":" + to_rfc3339(order.time);
}

bool has_goods(const Order& order) {
  return std::ranges::any_of(order.lines, [](const OrderLine& line) { return !line.postage; });
}

}  // namespace

void Invoices::add(const Record& record) {
  if (const auto* line = std::get_if<Line>(&record)) return add_line(*line);
  const auto& malformed = std::get<Malformed>(record);
  const auto amount = malformed.amount.value_or(Decimal{});
  report_.count_line(amount);
  report_.reject(Reason::malformed_line, amount,
                 {malformed.number, malformed.text, malformed.problem});
}

void Invoices::reject(Reason reason, const Line& line) {
  report_.reject(reason, line.amount, {line.number, line.text, {}});
}

void Invoices::add_line(const Line& line) {
  report_.count_line(line.amount);
  if (const auto reason = code_reason(line)) return reject(*reason, line);
  if (const auto reason = number_reason(line)) return reject(*reason, line);
  if (line.kind == InvoiceKind::cancellation) return add_cancellation(line);
  add_sale(line);
}

void Invoices::add_sale(const Line& line) {
  const auto [entry, is_new] = by_invoice_.try_emplace(line.invoice, orders_.size());
  if (is_new) {
    auto& order = orders_.emplace_back();
    order.invoice = line.invoice;
    order.time = line.time;
    order.customer_id = line.customer_id;
    order.country = line.country;
  }
  auto& order = orders_[entry->second];
  if (order.customer_id != line.customer_id) return reject(Reason::conflicting_customer, line);
  order.time = std::min(order.time, line.time);
  const bool postage = kind_of(line.stock_code) == CodeKind::postage;
  if (postage) postage_texts_[line.number] = line.text;
  order.lines.push_back(
      {line.number, postage, line.stock_code, line.quantity, line.unit_price.to_minor(kPence)});
}

void Invoices::add_cancellation(const Line& line) {
  if (!line.customer_id) return reject(Reason::cancellation_without_customer, line);
  cancellations_.push_back({line.number, line.text, line.invoice, *line.customer_id,
                            line.stock_code, -line.quantity, line.unit_price.to_minor(kPence),
                            line.time});
}

std::vector<Order> Invoices::orders_with_goods() {
  const auto postage_only =
      std::ranges::partition(orders_, [](const Order& order) { return has_goods(order); });
  for (const auto& order : postage_only) {
    for (const auto& line : order.lines) {
      report_.reject(Reason::postage_without_goods, Decimal::from_minor(line.total_minor(), kPence),
                     {line.line_number, std::move(postage_texts_[line.line_number]), {}});
    }
  }
  orders_.erase(postage_only.begin(), postage_only.end());
  return std::move(orders_);
}

std::vector<Order> Invoices::finish() {
  auto orders = orders_with_goods();
  std::ranges::sort(orders, {}, [](const Order& order) {
    return std::pair{order.time, order.lines.front().line_number};
  });
  for (auto& order : orders) order.key = key_of(order);
  report_.refund_lines = cancellations_.size();
  for (auto& unmatched : match_cancellations(std::move(cancellations_), orders)) {
    --report_.refund_lines;
    const auto amount =
        Decimal::from_minor(unmatched.unit_price_minor, kPence) * -unmatched.quantity;
    report_.reject(Reason::cancellation_without_purchase, amount,
                   {unmatched.line_number, std::move(unmatched.text), {}});
  }
  count(orders);
  return orders;
}

void Invoices::count(const std::vector<Order>& orders) {
  report_.orders = orders.size();
  for (const auto& order : orders) {
    report_.guest_orders += order.customer_id ? 0 : 1;
    report_.sale_lines += order.lines.size();
    report_.sales_minor += order.total_minor();
    report_.refunds_minor += order.refunded_minor();
    if (order.cancelled())
      ++report_.cancelled_orders;
    else
      report_.refunds += order.refunds.size();
  }
}

}  // namespace souk::online_retail
