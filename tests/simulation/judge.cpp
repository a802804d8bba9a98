#include "tests/simulation/judge.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace souk::simulation {
namespace {

/// How the hold of an order ends.
std::string_view end_of_hold(std::string_view status) {
  if (status == "rejected") return "refused";
  if (status == "given_up") return "released";
  if (status == "payment_failed") return "released";
  return status == "cancelled" ? "returned" : "claimed";
}

class Judge {
 public:
  explicit Judge(const Accounts& accounts) : accounts_(accounts) {
    for (const auto& order : accounts.orders) orders_.emplace(order.id, &order);
  }

  std::vector<std::string> run() {
    for (const auto& told : accounts_.told) check_told(told);
    check_keys();
    check_holds();
    check_stock();
    for (const auto& order : accounts_.orders) check_money(order);
    check_payments();
    return std::move(lines_);
  }

 private:
  template <class... A>
  void differ(fmt::format_string<A...> text, A&&... values) {
    lines_.push_back(fmt::format(text, std::forward<A>(values)...));
  }

  /// 11: what was said stays true.
  void check_told(const Told& told) {
    if (told.answer == Told::Answer::out_of_stock) return;
    const auto found = orders_.find(told.order);
    if (found == orders_.end()) return differ("{} is lost", told.order.str());
    const auto& status = found->second->status;
    if (told.answer == Told::Answer::sold ? is_unpaid(status) : status != "payment_failed")
      differ("{} was told otherwise, and is {}", told.order.str(), status);
  }

  /// 7: a key is one order; 12: every order has ended. Out of stock frees the key, so a copy of the
  /// request that was late on its way may find it free.
  void check_keys() {
    std::map<std::pair<UserId, std::string>, OrderId> keys;
    for (const auto& order : accounts_.orders) {
      if (order.status == "pending") differ("{} is pending", order.id.str());
      if (order.status == "rejected") continue;
      const auto wanted = std::ranges::find_if(accounts_.told, [&](const Told& told) {
        return told.purchase.key == order.key &&
               (told.order == order.id || told.answer == Told::Answer::out_of_stock);
      });
      if (wanted == accounts_.told.end()) differ("nobody was told of {}", order.id.str());
      if (!keys.emplace(std::pair{order.user, order.key}, order.id).second)
        differ("{} is the second order of a key", order.id.str());
    }
  }

  /// 3: every hold has ended, as its order has.
  void check_holds() {
    for (const auto& hold : accounts_.holds) {
      const auto found = orders_.find(hold.order);
      const auto status = found == orders_.end() ? "unknown" : found->second->status;
      const auto expected = end_of_hold(status);
      if (hold.state != expected)
        differ("{} is {} and its hold {}", hold.order.str(), status, hold.state);
      held_.emplace(hold.order, &hold);
    }
    for (const auto& order : accounts_.orders) {
      if (!is_unpaid(order.status) && !held_.contains(order.id))
        differ("{} is {} without a hold", order.id.str(), order.status);
    }
  }

  /// 1, 2: what was sold is gone, nothing else is; the ledger says so.
  void check_stock() {
    auto expected = accounts_.stock;
    for (const auto& order : accounts_.orders) {
      if (is_unpaid(order.status) || order.status == "cancelled") continue;
      for (const auto& [sku, quantity] : order.lines) expected[sku] -= quantity;
    }
    for (const auto& [sku, count] : accounts_.counts) {
      if (count.on_hand != expected[sku] || count.reserved != 0 || count.ledger != count.on_hand)
        differ("{}: {} on hand, {} reserved, {} in the ledger; {} expected", sku, count.on_hand,
               count.reserved, count.ledger, expected[sku]);
    }
  }

  /// 4, 5: captured once for what is sold; what was given back is what the order says.
  void check_money(const OrderFact& order) {
    int captures = 0;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    for (const auto& [key, charge] : accounts_.provider.charges()) {
      if (charge.order != order.id.str()) continue;
      if (charge.state == "authorized") differ("{} is held at the provider", order.id.str());
      if (charge.state == "requires_action")
        differ("{} can still be approved at the provider", order.id.str());
      if (charge.captured == 0) continue;
      ++captures;
      captured += charge.captured;
      refunded += charge.refunded();
    }
    if (captures > 1) differ("{} was captured {} times", order.id.str(), captures);
    if (refunded > captured) differ("{}: more given back than taken", order.id.str());
    const bool paid = !is_unpaid(order.status);
    const auto keeps = paid ? order.total - order.refunded : 0;
    if (captured - refunded != keeps)
      differ("{} is {} of {}, refunded {}; the provider took {} and gave back {}", order.id.str(),
             order.status, order.total, order.refunded, captured, refunded);
    if (order.status == "cancelled" && keeps != 0)
      differ("{} is cancelled, and {} is owed", order.id.str(), keeps);
  }

  /// Ours and the provider's ledger agree.
  void check_payments() {
    for (const auto& payment : accounts_.payments) {
      std::int64_t captured = 0;
      std::int64_t refunded = 0;
      for (const auto& [key, charge] : accounts_.provider.charges()) {
        if (charge.order != payment.order.str()) continue;
        captured += charge.captured;
        refunded += charge.refunded();
      }
      if (payment.captured != captured || payment.refunded != refunded)
        differ("payment of {}: {} taken and {} given back here, {} and {} there",
               payment.order.str(), payment.captured, payment.refunded, captured, refunded);
    }
  }

  const Accounts& accounts_;
  std::map<OrderId, const OrderFact*> orders_;
  std::map<OrderId, const HoldFact*> held_;
  std::vector<std::string> lines_;
};

}  // namespace

bool is_unpaid(const std::string& status) {
  return status == "pending" || status == "rejected" || status == "given_up" ||
         status == "payment_failed";
}

std::vector<std::string> compare(const Accounts& accounts) { return Judge{accounts}.run(); }

}  // namespace souk::simulation
