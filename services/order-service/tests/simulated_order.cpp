#include "internal/service/order_services.hpp"
#include "order/events.pb.h"
#include "runtime/job.hpp"
#include "runtime/proto_values.hpp"
#include "services/order-service/tests/simulated_order_store.hpp"
#include "tests/fakes.hpp"
#include "tests/simulation/network.hpp"

/// order-service in the simulation: its own code on tables in memory.
namespace souk::order {
namespace {

using simulation::InventoryNode;
using simulation::PaymentAnswer;
using simulation::PaymentNode;
using simulation::Process;

class FarInventory final : public Inventory {
 public:
  Task<Reservation> reserve(const rpc::Call& call, const Order& order) override {
    simulation::Lines lines;
    for (const auto& item : order.items) lines[item.sku] += item.quantity;
    auto missing = co_await simulation::rpc_call<std::vector<std::string>>(
        "inventory-service", "reserve " + order.id.str(), call,
        [call, id = order.id, lines](Process& server) {
          return simulation::node_of<InventoryNode>(server).reserve(call, id, lines);
        });
    co_return Reservation{.reserved = missing.empty(), .missing_skus = std::move(missing)};
  }
  Task<> release(const rpc::Call& call, OrderId order) override {
    co_await simulation::rpc_call<bool>(
        "inventory-service", "release " + order.str(), call, [call, order](Process& server) {
          return simulation::node_of<InventoryNode>(server).release(call, order);
        });
  }
};

/// As PaymentClient reads it.
PaymentState to_state(const PaymentAnswer& answer) {
  using Outcome = PaymentState::Outcome;
  PaymentState state{.outcome = Outcome::pending,
                     .id = answer.id,
                     .provider = "sandbox",
                     .decline_code = answer.decline_code};
  if (answer.waiting) state.action = {"redirect", "https://bank/" + answer.id, ""};
  const auto& status = answer.status;
  if (status == "captured" || status == "partially_refunded") state.outcome = Outcome::captured;
  if (status == "declined" || status == "voided" || status == "refunded") {
    state.outcome = Outcome::declined;
    if (state.decline_code.empty()) state.decline_code = "voided";
  }
  return state;
}

class FarPayments final : public Payments {
 public:
  explicit FarPayments(const simulation::PlantedFaults& planted) : planted_(planted) {}

  Task<PaymentState> charge(const rpc::Call& call, const Order& order,
                            const PaymentInstrument& instrument) override {
    const simulation::ChargeWish wish{order.id, order.user, order.totals.total, instrument.token};
    try {
      co_return to_state(co_await call_payment(
          "charge " + order.id.str(), call,
          [call, wish](PaymentNode& node) { return node.charge(call, wish); }));
    } catch (const Error& error) {
      if (!planted_.timeout_is_declined || error.kind != Kind::deadline_exceeded) throw;
      co_return PaymentState{.outcome = PaymentState::Outcome::declined, .decline_code = "late"};
    }
  }
  Task<PaymentState> get(const rpc::Call& call, OrderId order) override {
    co_return to_state(
        co_await call_payment("get " + order.str(), call,
                              [call, order](PaymentNode& node) { return node.get(call, order); }));
  }
  Task<PaymentState> look_now(const rpc::Call& call, OrderId order) override {
    co_return to_state(co_await call_payment(
        "look at " + order.str(), call,
        [call, order](PaymentNode& node) { return node.look_now(call, order); }));
  }
  Task<PaymentState> abandon(const rpc::Call& call, OrderId order) override {
    if (planted_.abandon_unasked)
      co_return PaymentState{.outcome = PaymentState::Outcome::declined, .decline_code = "late"};
    co_return to_state(co_await call_payment(
        "abandon " + order.str(), call,
        [call, order](PaymentNode& node) { return node.abandon(call, order); }));
  }
  Task<> void_payment(const rpc::Call& call, OrderId order) override {
    co_await call_payment("void " + order.str(), call, [call, order](PaymentNode& node) {
      return node.void_payment(call, order);
    });
  }
  Task<bool> refund(const rpc::Call& call, const Refund& refund) override {
    return simulation::rpc_call<bool>("payment-service", "refund " + refund.order.str(), call,
                                      [call, refund](Process& server) {
                                        return simulation::node_of<PaymentNode>(server).refund(
                                            call, refund.id.uuid(), refund.order, refund.amount);
                                      });
  }
  Task<> import_payments(const rpc::Call&, std::span<const Order>) override {
    throw std::logic_error{"nobody imports here"};
  }

 private:
  static Task<PaymentAnswer> call_payment(std::string name, const rpc::Call& call,
                                          std::function<Task<PaymentAnswer>(PaymentNode&)> what) {
    return simulation::rpc_call<PaymentAnswer>(
        "payment-service", std::move(name), call, [what = std::move(what)](Process& server) {
          return what(simulation::node_of<PaymentNode>(server));
        });
  }

  const simulation::PlantedFaults& planted_;
};

/// Put together as OrderModule does it.
class Service final : public simulation::OrderNode {
 public:
  Service(Process& its_process, Books& its_books)
      : OrderNode(its_process, its_books), payments_(its_books.planted) {
    products_.sell("mug", 799);
    products_.sell("pan", 2000);
    process.spawn(relay());
    recovery_.start();
    refunds_.start();
  }

  Task<std::pair<OrderId, std::string>> buy(rpc::Call call,
                                            simulation::Purchase purchase) override {
    call.check_deadline();
    NewOrder wish{.lines = {},
                  .shipping_address = {},
                  .instrument = {"card", purchase.card},
                  .expected_total = std::nullopt,
                  .fingerprint = purchase.card};
    for (const auto& [sku, quantity] : purchase.lines) wish.lines.push_back({sku, quantity, 0});
    const auto order = co_await use_.create.run(call, std::move(wish));
    co_return std::pair{order.id, order.waiting ? "waiting" : std::string{to_string(order.status)}};
  }
  Task<bool> come_back(rpc::Call call, OrderId order) override {
    call.check_deadline();
    const auto after = co_await use_.create.resume(call, order);
    co_return after.status != Status::pending;
  }
  Task<bool> cancel(rpc::Call call, OrderId order) override {
    call.check_deadline();
    v1::CancelOrderRequest request;
    request.set_id(order.str());
    co_await use_.change.cancel(call, request);
    refunds_.wake();
    co_return true;
  }
  Task<bool> refund(rpc::Call call, OrderId order, Money amount) override {
    call.check_deadline();
    v1::RefundOrderRequest request;
    request.set_id(order.str());
    request.set_reason("goodwill");
    *request.mutable_amount() = rpc::to_proto(amount);
    co_await use_.refund.run(call, request);
    co_return true;
  }

 private:
  Task<> apply(database::Transaction& tx, const simulation::Envelope& event) override {
    messaging::EventInfo info;
    info.id = event.id;
    info.topic = event.topic;
    info.aggregate_id = event.aggregate;
    info.tenant = kDefaultTenant;
    if (event.topic == "payment.settled") {
      payment::v1::PaymentSettled message;
      message.ParseFromString(event.payload);
      co_await use_.payment_news.settled(tx, info, message);
    } else if (event.topic == "payment.refund_failed") {
      payment::v1::RefundFailed message;
      message.ParseFromString(event.payload);
      co_await use_.payment_news.refund_failed(tx, info, message);
    } else {
      payment::v1::RefundSettled message;
      message.ParseFromString(event.payload);
      co_await use_.payment_news.refund_settled(tx, info, message);
    }
  }

  messaging::Outbox outbox_{process.ids, process.clock};
  FakeProducts products_;
  FarInventory inventory_;
  FarPayments payments_;
  OrderServices use_{{process.executor(), database, outbox_, products_, inventory_, payments_,
                      process.ids, process.clock, process.world.dice, simulation::silence(),
                      simulation::no_metrics(), OrderLinks{std::array<std::uint8_t, 32>{}}},
                     // Shorter than a life, longer than most customers take.
                     CheckoutLimits{.action = std::chrono::seconds{15}},
                     runtime::PageTokens{std::array<std::uint8_t, 32>{}}};
  runtime::Job recovery_{process.executor(), simulation::silence(), "checkout recovery",
                         std::chrono::seconds{1}, [this] { return use_.recovery.run_once(); }};
  runtime::Job refunds_{process.executor(), simulation::silence(), "refunds",
                        std::chrono::seconds{1}, [this] { return use_.refund_runner.run_once(); }};
};

}  // namespace

std::unique_ptr<simulation::OrderBooks> simulated_books(simulation::World& world,
                                                        const simulation::PlantedFaults& planted) {
  return std::make_unique<Books>(world, planted);
}

std::shared_ptr<simulation::Node> simulated_node(Process& process,
                                                 simulation::OrderBooks& its_books) {
  return std::make_shared<Service>(process, static_cast<Books&>(its_books));
}

}  // namespace souk::order
