#include "tests/simulation/scenario.hpp"

#include "tests/simulation/judge.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/provider.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTime = 15s;
/// The world is bad for so long.
constexpr auto kBadTime = 40s;
/// Then everything has to end; the longest lease a checkout can have got by then is half of it.
constexpr auto kSettleTime = 10min;
/// Of a machine's clock; what NTP leaves on a bad day.
constexpr auto kMostSkew = 2s;

const Lines kStock{{"mug", 3}, {"pan", 1}};

/// Each fault is absent from a third of the worlds, rare in another, frequent in the last.
Faults roll_faults(Dice& dice) {
  const auto roll = [&](unsigned rare, unsigned frequent) {
    const auto which = dice.below(3);
    return which == 0 ? 0 : which == 1 ? rare : frequent;
  };
  return {.kill = roll(5, 40),
          .database_lost = roll(50, 500),
          .database_slow = roll(20, 200),
          .message_lost = roll(100, 1000),
          .message_late = roll(50, 500),
          .message_twice = roll(200, 1500),
          .refused = roll(100, 800),
          .outage = roll(30, 200)};
}

class Scenario {
 public:
  Scenario(std::uint64_t seed, const PlantedFaults& planted, bool tracing)
      : planted_(planted), world_(seed, tracing) {}

  Outcome run() {
    inventory_->stock_up(kStock);
    world_.start("provider").module = provider_;
    for (const auto* service : {"order-service", "payment-service", "inventory-service"}) {
      const auto replicas = 1 + world_.dice.below(2);
      for (std::uint64_t i = 0; i < replicas; ++i) start(service);
    }
    world_.faults = roll_faults(world_.dice);
    world_.on_kill = [this](const std::string& name) {
      ++outcome_.kills;
      world_.after(world_.dice.between(20ms, 4s), [this, name] { start(name); });
    };
    auto& street = world_.start("shopper");
    shopping_ = 2 + static_cast<int>(world_.dice.below(4));
    for (int i = 0; i < shopping_; ++i) street.spawn(shop(UserId{street.ids.next()}));
    world_.run_until([&] { return shopping_ == 0 && is_settled(); }, kBadTime);
    world_.trace("--- nothing goes wrong any more");
    world_.faults = {};
    if (!world_.run_until([&] { return shopping_ == 0 && is_settled(); }, kSettleTime)) {
      world_.violated(fmt::format("does not end: {} shoppers, {} checkouts and refunds", shopping_,
                                  orders_->open()));
    }
    if (world_.violations().empty()) judge();
    outcome_.violations = world_.violations();
    outcome_.steps = world_.steps();
    outcome_.fingerprint = world_.dice.roll();
    return outcome_;
  }

 private:
  void start(const std::string& service) {
    const auto skew = world_.dice.between(-kMostSkew, kMostSkew);
    auto& process = world_.start(service, skew);
    process.mortal = true;
    if (service == "order-service") {
      process.module = order::simulated_node(process, *orders_);
    } else if (service == "payment-service") {
      process.module = payment::simulated_node(process, *payments_);
    } else {
      process.module = inventory::simulated_node(process, *inventory_);
    }
  }

  /// Nothing is under way anywhere.
  bool is_settled() const {
    if (orders_->open() != 0) return false;
    for (const auto* books :
         {static_cast<Store*>(orders_.get()), static_cast<Store*>(inventory_.get()),
          static_cast<Store*>(payments_.get())}) {
      if (books->outbox.size() != 0) return false;
    }
    return std::ranges::none_of(payments_->payments(), [](const PaymentFact& payment) {
      return payment.status == "pending" || payment.refunding != 0;
    });
  }

  rpc::Call call_of(UserId user, std::string key, std::vector<std::string> roles) {
    auto call = rpc::Call::background("api-gateway", kRequestTime, world_.dice);
    call.identity.user = user;
    call.identity.roles = std::move(roles);
    call.idempotency_key = std::move(key);
    return call;
  }

  Purchase wish(UserId user) {
    auto& dice = world_.dice;
    Purchase purchase{.user = user, .key = Uuid{IdGenerator{clock_, dice}.next()}.str()};
    const auto what = dice.below(3);
    if (what != 0) purchase.lines["mug"] = 1 + static_cast<std::int64_t>(dice.below(2));
    if (what != 1) purchase.lines["pan"] = 1;
    const char* cards[] = {"tok_visa", "tok_visa", "tok_later",
                           "tok_3ds",  "tok_3ds",  "tok_declined"};
    purchase.card = cards[dice.below(std::size(cards))];
    return purchase;
  }

  Task<> shop(UserId user) {
    co_await pause(world_.dice.between(0ms, 1s));
    for (auto left = 1 + world_.dice.below(2); left > 0; --left) {
      const auto purchase = wish(user);
      const auto told = co_await buy(purchase);
      told_.push_back(told);
      if (told.answer == Told::Answer::sold) co_await change_mind(told.order, user);
    }
    --shopping_;
  }

  /// Asks until there is an answer.
  Task<Told> buy(Purchase purchase) {
    Told told{.purchase = purchase};
    for (int attempt = 1;; ++attempt) {
      if (co_await buy_once(purchase, told)) co_return told;
      if (attempt == 1) ++outcome_.unanswered;
      co_await pause(world_.dice.between(100ms, 3s));
    }
  }

  Task<bool> buy_once(Purchase purchase, Told& told) {
    try {
      const auto call = call_of(purchase.user, purchase.key, {"customer"});
      const auto [order, status] = co_await rpc_call<std::pair<OrderId, std::string>>(
          "order-service", "buy " + purchase.key, call, [call, purchase](Process& server) {
            return node_of<OrderNode>(server).buy(call, purchase);
          });
      world_.trace("{} is told {} {}", purchase.key, order.str(), status);
      told.order = order;
      if (status == "waiting" && purchase.card == "tok_3ds") co_await act(order, purchase);
      if (status == "pending" || status == "waiting") co_return false;
      told.answer = Told::Answer::sold;
      co_return true;
    } catch (const Error& error) {
      world_.trace("{} is told {}", purchase.key, error.code);
      if (error.code == "payment_declined") {
        told.answer = Told::Answer::declined;
        told.order = OrderId::from(error.extra.at("order_id"));
        co_return true;
      }
      told.answer = Told::Answer::out_of_stock;
      co_return error.code == "out_of_stock";
    }
  }

  /// At the bank: most approve, some refuse, some close the window; and some come back to the shop.
  Task<> act(OrderId order, const Purchase& purchase) {
    const auto mind = world_.dice.below(10);
    if (mind > 7) co_return;
    co_await pause(world_.dice.between(0ms, 20s));
    provider_->decide(order.str(), mind < 6);
    world_.trace("{} {} at the bank", order.str(), mind < 6 ? "is approved" : "is refused");
    if (mind % 2 == 1) co_return;
    co_await try_once([this, order, user = purchase.user] {
      const auto call = call_of(user, "", {"customer"});
      return rpc_call<bool>("order-service", "come back " + order.str(), call,
                            [call, order](Process& server) {
                              return node_of<OrderNode>(server).come_back(call, order);
                            });
    });
  }

  /// Some cancel; to others an administrator gives something back, at once from two windows.
  Task<> change_mind(OrderId order, UserId user) {
    const auto mind = world_.dice.below(10);
    if (mind < 4) {
      co_await pause(world_.dice.between(0ms, 2s));
      co_await try_once([this, order, user] {
        const auto call = call_of(user, "", {"customer"});
        return rpc_call<bool>("order-service", "cancel " + order.str(), call,
                              [call, order](Process& server) {
                                return node_of<OrderNode>(server).cancel(call, order);
                              });
      });
    } else if (mind < 7) {
      shopping_ += 2;
      for (int i = 0; i < 2; ++i)
        process_of(co_await boost::asio::this_coro::executor).spawn(refund(order, user));
    }
  }

  Task<> refund(OrderId order, UserId user) {
    const Money amount{100 + static_cast<std::int64_t>(world_.dice.below(700)),
                       Currency::from("USD")};
    const auto key = "refund" + std::to_string(world_.dice.roll());
    for (int attempt = 0; attempt < 2; ++attempt) {
      co_await try_once([this, order, user, amount, key] {
        const auto call = call_of(user, key, {"admin"});
        return rpc_call<bool>("order-service", "refund " + order.str(), call,
                              [call, order, amount](Process& server) {
                                return node_of<OrderNode>(server).refund(call, order, amount);
                              });
      });
    }
    --shopping_;
  }

  /// What comes of it shows in the books.
  Task<> try_once(std::function<Task<bool>()> request) {
    try {
      co_await request();
    } catch (const Error& error) {
      world_.trace("refused: {}", error.code);
    }
  }

  void judge() {
    const auto orders = orders_->orders();
    outcome_.orders = orders.size();
    outcome_.confirmed = static_cast<std::uint64_t>(std::ranges::count_if(
        orders, [](const OrderFact& order) { return !is_unpaid(order.status); }));
    for (auto& line : compare({.stock = kStock,
                               .told = told_,
                               .orders = orders,
                               .counts = inventory_->counts(),
                               .holds = inventory_->holds(),
                               .payments = payments_->payments(),
                               .provider = *provider_})) {
      world_.violated(std::move(line));
    }
  }

  const PlantedFaults& planted_;
  World world_;
  Process::WallClock clock_{{}};
  std::shared_ptr<Provider> provider_ = std::make_shared<Provider>();
  std::unique_ptr<OrderBooks> orders_ = order::simulated_books(world_, planted_);
  std::unique_ptr<PaymentBooks> payments_ = payment::simulated_books(world_);
  std::unique_ptr<InventoryBooks> inventory_ = inventory::simulated_books(world_, planted_);
  std::vector<Told> told_;
  int shopping_ = 0;
  Outcome outcome_;
};

}  // namespace

Outcome run_scenario(std::uint64_t seed, const PlantedFaults& planted, bool tracing) {
  return Scenario{seed, planted, tracing}.run();
}

}  // namespace souk::simulation
