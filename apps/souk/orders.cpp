#include <fmt/format.h>

#include "backend.hpp"
#include "commands.hpp"
#include "order/order.pb.h"

namespace souk::app {
namespace {

void rebuild(bool dry_run) {
  order::v1::RebuildOrdersRequest request;
  request.set_dry_run(dry_run);
  Backend backend;
  const auto reply = backend.call<order::v1::RebuildOrdersReply>(
      "order-service", "souk.order.v1.OrderService", "RebuildOrders", request,
      std::chrono::minutes{1});
  fmt::print("{} orders read from their events, {} {}\n", reply.orders(), reply.differing(),
             dry_run ? "differ from their projection" : "projections were wrong and are mended");
  if (dry_run && reply.differing() > 0)
    throw Error{Kind::conflict, "projections_differ", "Projections differ."};
}

}  // namespace

void add_orders(CLI::App& app) {
  auto* orders = app.add_subcommand("orders", "Orders");
  orders->require_subcommand(1);
  auto* command =
      orders->add_subcommand("rebuild", "Make the order projections anew from the event streams");
  auto dry_run = std::make_shared<bool>(false);
  command->add_flag("--dry-run", *dry_run, "only compare; exit code 1 where something differs");
  command->callback([dry_run] { rebuild(*dry_run); });
}

}  // namespace souk::app
