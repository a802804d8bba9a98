#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "internal/clients/inventory_client.hpp"
#include "internal/clients/payment_client.hpp"
#include "internal/clients/product_client.hpp"

namespace souk::order {

/// Goes wrong when a test says so, before or after the effect.
struct Fault {
  int before = 0;
  int after = 0;

  static void strike(int& times) {
    if (times == 0) return;
    --times;
    throw unavailable("not now");
  }
};

class FakeProducts final : public Products {
 public:
  Task<std::vector<QuotedPrice>> quote(const rpc::Call&, std::vector<std::string> skus) override {
    ++asked;
    Fault::strike(fault.before);
    std::vector<QuotedPrice> quotes;
    for (const auto& sku : skus) {
      const auto found = std::ranges::find(catalogue, sku, &QuotedPrice::sku);
      if (found != catalogue.end()) quotes.push_back(*found);
    }
    co_return quotes;
  }

  void sell(std::string sku, std::int64_t price, std::string_view currency = "USD") {
    std::erase_if(catalogue, [&](const QuotedPrice& quote) { return quote.sku == sku; });
    catalogue.push_back({sku, "The " + sku, {price, *Currency::parse(currency)}, true});
  }

  std::vector<QuotedPrice> catalogue;
  Fault fault;
  int asked = 0;
};

/// Holds by order, all lines or none, as inventory-service keeps them.
class FakeInventory final : public Inventory {
 public:
  Task<Reservation> reserve(const rpc::Call&, const Order& order) override {
    Fault::strike(fault.before);
    if (meanwhile) meanwhile();
    if (released.contains(order.id)) throw Error{Kind::conflict, "hold_released", "released"};
    Reservation answer{.reserved = true, .missing_skus = {}};
    if (!holds.contains(order.id)) answer = hold(order);
    Fault::strike(fault.after);
    co_return answer;
  }

  Task<> release(const rpc::Call&, OrderId order) override {
    Fault::strike(release_fault.before);
    released.insert(order);
    if (const auto held = holds.extract(order)) {
      for (const auto& item : held.mapped()) stock[item.sku] += item.quantity;
    }
    Fault::strike(release_fault.after);
    co_return;
  }

  std::map<std::string, std::int64_t> stock;
  std::map<OrderId, std::vector<Item>> holds;
  std::set<OrderId> released;
  Fault fault;
  Fault release_fault;
  std::function<void()> meanwhile;  ///< what happens elsewhere while stock is being asked for

 private:
  Reservation hold(const Order& order) {
    Reservation answer{.reserved = true, .missing_skus = {}};
    for (const auto& item : order.items) {
      if (stock[item.sku] < item.quantity) answer.missing_skus.push_back(item.sku);
    }
    answer.reserved = answer.missing_skus.empty();
    if (!answer.reserved) return answer;
    for (const auto& item : order.items) stock[item.sku] -= item.quantity;
    holds[order.id] = order.items;
    return answer;
  }
};

/// One payment per order, as payment-service keeps them; the token decides what becomes of it.
class FakePayments final : public Payments {
 public:
  struct Payment {
    PaymentState state;
    Money amount;
    Money refunded;
    std::set<RefundId> refunds;
  };

  Task<PaymentState> charge(const rpc::Call&, const Order& order,
                            const PaymentInstrument& instrument) override {
    Fault::strike(fault.before);
    if (instrument.token == "tok_malformed")
      throw Error{Kind::validation, "invalid_token", "no such token"};
    if (instrument.token.empty()) throw std::logic_error{"the token is gone"};
    if (!ledger.contains(order.id)) {
      const auto total = order.totals.total;
      ledger.emplace(
          order.id,
          Payment{first_state(instrument.token), total, Money::zero(total.currency()), {}});
    }
    Fault::strike(fault.after);
    boost::asio::steady_timer provider{co_await boost::asio::this_coro::executor, takes};
    co_await provider.async_wait(boost::asio::use_awaitable);
    co_return ledger.at(order.id).state;
  }

  Task<PaymentState> get(const rpc::Call&, OrderId order) override {
    Fault::strike(fault.before);
    if (!ledger.contains(order)) throw not_found("payment");
    co_return ledger.at(order).state;
  }

  Task<PaymentState> look_now(const rpc::Call& call, OrderId order) override {
    ++looks;
    if (on_look) on_look(order);
    co_return co_await get(call, order);
  }

  Task<PaymentState> abandon(const rpc::Call&, OrderId order) override {
    Fault::strike(abandon_fault.before);
    auto& state = ledger.at(order).state;
    if (state.outcome == PaymentState::Outcome::pending) {
      state.outcome = PaymentState::Outcome::declined;
      state.decline_code = "abandoned";
      state.action.reset();
    }
    Fault::strike(abandon_fault.after);
    co_return state;
  }

  Task<> void_payment(const rpc::Call&, OrderId order) override {
    if (!ledger.contains(order)) throw not_found("payment");
    ledger.at(order).state.outcome = PaymentState::Outcome::declined;
    co_return;
  }

  Task<bool> refund(const rpc::Call&, const Refund& refund) override {
    Fault::strike(refund_fault.before);
    if (refunds_refused) throw Error{Kind::conflict, "refund_refused", "The provider refused."};
    auto& payment = ledger.at(refund.order);
    if (payment.refunds.insert(refund.id).second)
      payment.refunded = payment.refunded + refund.amount;
    Fault::strike(refund_fault.after);
    co_return !refunds_pend;
  }

  Task<> import_payments(const rpc::Call&, std::span<const Order> orders) override {
    Fault::strike(import_fault.before);
    for (const auto& order : orders) {
      ledger.try_emplace(
          order.id, Payment{{PaymentState::Outcome::captured, order.payment->id, "imported", ""},
                            order.totals.total,
                            order.refunded,
                            {}});
    }
    co_return;
  }

  void settle(OrderId order, PaymentState::Outcome outcome) {
    auto& state = ledger.at(order).state;
    state.outcome = outcome;
    state.action.reset();
    if (outcome == PaymentState::Outcome::declined) state.decline_code = "authentication_failed";
  }

  std::map<OrderId, Payment> ledger;
  Fault fault;
  Fault refund_fault;
  Fault import_fault;
  Fault abandon_fault;
  int looks = 0;
  std::function<void(OrderId)> on_look;
  std::chrono::milliseconds takes{0};  ///< to charge
  bool refunds_pend = false;
  bool refunds_refused = false;

 private:
  PaymentState first_state(const std::string& token) {
    PaymentState state{.outcome = PaymentState::Outcome::captured,
                       .id = "pay_" + std::to_string(ledger.size()),
                       .provider = "sandbox"};
    if (token == "tok_pending") state.outcome = PaymentState::Outcome::pending;
    if (token == "tok_3ds") {
      state.outcome = PaymentState::Outcome::pending;
      state.action = {"redirect", "https://bank.test/" + state.id, ""};
    }
    if (token == "tok_declined") {
      state.outcome = PaymentState::Outcome::declined;
      state.decline_code = "card_declined";
    }
    return state;
  }
};

}  // namespace souk::order
