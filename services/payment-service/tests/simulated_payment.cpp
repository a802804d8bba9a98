#include "internal/service/charge_payment.hpp"
#include "internal/service/payment_events.hpp"
#include "internal/service/recovery.hpp"
#include "internal/service/void_payment.hpp"
#include "runtime/job.hpp"
#include "services/payment-service/tests/simulated_payment_store.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/provider.hpp"

/// payment-service in the simulation: its own code on tables in memory.
namespace souk::payment {
namespace {

using simulation::Process;
using simulation::Provider;

ProviderCharge to_charge(const Provider::Charge& charge) {
  constexpr std::pair<std::string_view, ChargeState> kStates[] = {
      {"requires_action", ChargeState::requires_action},
      {"authorized", ChargeState::authorized},
      {"captured", ChargeState::captured},
      {"declined", ChargeState::declined},
      {"voided", ChargeState::voided},
      {"cancelled", ChargeState::cancelled}};
  const auto* state =
      std::ranges::find(kStates, charge.state, &std::pair<std::string_view, ChargeState>::first);
  return {.reference = charge.reference,
          .idempotency_key = charge.key,
          .state = state->second,
          .amount = charge.amount,
          .captured_minor = charge.captured,
          .refunded_minor = charge.refunded(),
          .decline_code = charge.state == "declined" ? "card_declined" : "",
          .action = charge.state == "requires_action"
                        ? std::optional{NextAction{"redirect", "https://bank/" + charge.key, ""}}
                        : std::nullopt};
}

/// The provider beyond the network: what was sent too late is done all the same.
class FarProvider final : public PaymentProvider {
 public:
  explicit FarProvider(const PaymentPolicy& policy) : policy_(policy) {}

  std::string_view name() const override { return "sandbox"; }

  Task<Answer<Prepared>> prepare(ChargeOrder order, Deadline) override {
    co_return Prepared{.reference = std::move(order.idempotency_key)};
  }
  Task<Answer<ProviderCharge>> charge(ProviderRef, ChargeOrder order, Deadline deadline) override {
    return ask<ProviderCharge>(
        "charge " + order.idempotency_key, deadline, [order](Provider& provider) {
          return to_charge(provider.charge(order.idempotency_key, order.amount, order.token,
                                           order.order_reference));
        });
  }
  Task<Answer<std::optional<ProviderCharge>>> find(ProviderRef payment,
                                                   Deadline deadline) override {
    const auto& key = payment.idempotency_key;
    return ask<std::optional<ProviderCharge>>("find " + key, deadline, [key](Provider& provider) {
      const auto found = provider.find(key);
      return found ? std::optional{to_charge(*found)} : std::nullopt;
    });
  }
  Task<Answer<ProviderCharge>> cancel(ProviderRef payment, Deadline deadline) override {
    const auto& key = payment.idempotency_key;
    return ask<ProviderCharge>("cancel " + key, deadline, [key](Provider& provider) {
      return to_charge(provider.cancel(key));
    });
  }
  Task<Answer<ProviderCharge>> capture(ProviderRef payment, Deadline deadline) override {
    const auto& reference = payment.reference;
    return ask<ProviderCharge>("capture " + reference, deadline, [payment](Provider& provider) {
      provider.capture(payment.reference);
      return to_charge(provider.find(payment.idempotency_key).value());
    });
  }
  Task<Answer<ProviderRefund>> refund(RefundOrder order, Deadline deadline) override {
    return ask<ProviderRefund>(
        "refund " + order.charge_reference, deadline, [order](Provider& provider) {
          const bool done = provider.refund(order.idempotency_key, order.charge_reference,
                                            order.amount.amount_minor());
          return ProviderRefund{done ? Verdict::done : Verdict::refused};
        });
  }
  Task<Answer<LedgerPage>> ledger(std::string, Deadline) override {
    throw std::logic_error{"nobody reconciles here"};
  }

 private:
  template <class Reply>
  Task<Answer<Reply>> ask(std::string name, Deadline deadline,
                          std::function<Reply(Provider&)> what) {
    const auto until = std::min(deadline, simulation::kernel::now() + policy_.provider_timeout);
    auto reply =
        co_await simulation::ask<Reply>("provider", std::move(name), until, [what](Process& there) {
          return [](Process& server, std::function<Reply(Provider&)> action) -> Task<Reply> {
            co_return action(*static_cast<Provider*>(server.module.get()));
          }(there, what);
        });
    if (reply) co_return std::move(*reply);
    co_return std::unexpected{reply.error() == simulation::Lost::refused ? Doubt::not_sent
                                                                         : Doubt::unknown};
  }

  const PaymentPolicy& policy_;
};

simulation::PaymentAnswer to_answer(const Payment& payment) {
  return {std::string{name(payment.status)}, payment.id.str(), payment.decline_code,
          payment.action.has_value()};
}

/// Put together as PaymentModule does it.
class Service final : public simulation::PaymentNode {
 public:
  Service(Process& its_process, Books& its_books) : PaymentNode(its_process, its_books) {
    process.spawn(relay());
    recovery_job_.start();
  }

  Task<simulation::PaymentAnswer> charge(rpc::Call call, simulation::ChargeWish wish) override {
    call.check_deadline();
    co_return to_answer(co_await charge_(
        call,
        {.order_id = wish.order, .user_id = wish.user, .amount = wish.amount, .token = wish.card}));
  }
  Task<simulation::PaymentAnswer> get(rpc::Call call, OrderId order) override {
    const auto payment = co_await payments_.of_order(call.scope(), order);
    if (!payment) throw not_found("payment");
    co_return to_answer(*payment);
  }
  Task<simulation::PaymentAnswer> look_now(rpc::Call call, OrderId order) override {
    call.check_deadline();
    co_return to_answer(co_await recovery_.look_now(call.identity.tenant, order));
  }
  Task<simulation::PaymentAnswer> abandon(rpc::Call call, OrderId order) override {
    call.check_deadline();
    co_return to_answer(co_await void_.abandon(call, order));
  }
  Task<simulation::PaymentAnswer> void_payment(rpc::Call call, OrderId order) override {
    call.check_deadline();
    co_return to_answer(co_await void_(call, order));
  }
  Task<bool> refund(rpc::Call call, Uuid refund, OrderId order, Money amount) override {
    call.check_deadline();
    const auto done = co_await refund_(
        call,
        {.refund_id = RefundId{refund}, .order_id = order, .amount = amount, .reason = "asked"});
    co_return done.status == RefundStatus::succeeded;
  }

 private:
  Task<> apply(database::Transaction&, const simulation::Envelope& event) override {
    throw std::logic_error{"payment-service subscribes to nothing: " + event.topic};
  }

  Task<> recover() {
    const auto reach = std::exchange(reach_, Recovery::Reach::due);
    co_await recovery_.sweep(reach);
  }

  PaymentPolicy policy_{.provider_timeout = std::chrono::seconds{3},
                        .currency = Currency::from("USD")};
  Random& random_ = process.world.dice;
  messaging::Outbox outbox_{process.ids, process.clock};
  FarProvider provider_{policy_};
  Providers providers_{provider_};
  PaymentRepository payments_{database, process.clock};
  RefundRepository refunds_{database, process.clock};
  PaymentWriter writer_{process.executor(), database, process.clock,
                        [](database::Transaction&, TenantId, std::span<const Payment>) {}};
  Settlement settlement_{
      process.executor(),       providers_, payments_, process.clock, simulation::silence(),
      simulation::no_metrics(), policy_};
  ChargePayment charge_{process.executor(), process.ids, process.clock, providers_,
                        payments_,          writer_,     settlement_,   policy_};
  RefundPayment refund_{process.executor(), database, process.clock, providers_,
                        payments_,          refunds_, policy_};
  VoidPayment void_{process.ids, process.clock, payments_, writer_, settlement_, refund_, policy_};
  Recovery recovery_{process.executor(),
                     database,
                     random_,
                     process.clock,
                     simulation::silence(),
                     simulation::no_metrics(),
                     payments_,
                     refunds_,
                     settlement_,
                     refund_,
                     outbox_,
                     policy_};
  Recovery::Reach reach_ = Recovery::Reach::everything;
  runtime::Job recovery_job_{process.executor(), simulation::silence(), "payment recovery",
                             std::chrono::milliseconds{500}, [this] { return recover(); }};
};

}  // namespace

std::unique_ptr<simulation::PaymentBooks> simulated_books(simulation::World& world) {
  return std::make_unique<Books>(world);
}

std::shared_ptr<simulation::Node> simulated_node(Process& process,
                                                 simulation::PaymentBooks& its_books) {
  return std::make_shared<Service>(process, static_cast<Books&>(its_books));
}

}  // namespace souk::payment
