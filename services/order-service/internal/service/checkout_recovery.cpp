#include "internal/service/checkout_recovery.hpp"

#include "internal/models/order_id.hpp"

namespace souk::order {
namespace {

using Steady = std::chrono::steady_clock;

/// At a time: enough to catch up quickly after a crash, too few to crowd out the shoppers.
constexpr std::size_t kAtOnce = 32;

/// For one look at the database.
constexpr std::chrono::seconds kQueryTime{5};

/// For driving one checkout; whoever takes longer is tried again later.
constexpr std::chrono::seconds kDriveTime{15};

}  // namespace

Task<> CheckoutRecovery::run_once() {
  const auto room = kAtOnce - std::min(kAtOnce, driving_.running());
  if (room == 0) co_return;
  const auto taken = co_await parts_.checkouts.take_over(
      {kEveryTenant, Steady::now() + kQueryTime}, parts_.ids.next(), parts_.attendance.orders(),
      limits_.lease, static_cast<int>(room));
  for (const auto& checkout : taken) driving_.spawn(drive(checkout));
}

Task<> CheckoutRecovery::drive(Checkout checkout) {
  Attendance::Watch watch{parts_.attendance, checkout.order};
  const auto call =
      rpc::Call::background("order-service", kDriveTime, parts_.random, checkout.tenant);
  try {
    auto order = co_await parts_.orders.load(call.scope(), checkout.order);
    CheckoutRun run{
        .checkout = checkout, .order = std::move(order.value()), .charged = checkout.waiting};
    co_await parts_.saga.advance(call, run);
    parts_.log.info("checkout taken over", {{"order_id", std::string_view{checkout.order.str()}},
                                            {"status", to_string(run.order.status)}});
  } catch (const std::exception& failure) {
    parts_.log.warn("checkout not taken over",
                    {{"order_id", std::string_view{checkout.order.str()}},
                     {"reason", std::string_view{failure.what()}}});
  }
}

Task<> CheckoutRecovery::forget_old() {
  constexpr std::chrono::days kKept{7};
  co_await parts_.checkouts.forget({kEveryTenant, Steady::now() + kQueryTime},
                                   first_order_id_at(parts_.clock.now() - kKept));
}

}  // namespace souk::order
