#include <fmt/format.h>

#include "backend.hpp"
#include "commands.hpp"
#include "payment/payment.pb.h"

namespace souk::app {
namespace {

void reconcile() {
  Backend backend;
  const auto reply = backend.call<payment::v1::ReconcileReply>(
      "payment-service", "souk.payment.v1.PaymentService", "Reconcile",
      payment::v1::ReconcileRequest{}, std::chrono::minutes{1});
  fmt::print("{} charges compared, {} open outcomes resolved, {} differences\n",
             reply.charges_compared(), reply.resolved(), reply.differences_size());
  for (const auto& difference : reply.differences()) {
    fmt::print("  {:<14} payment {} charge {}: {}\n", difference.kind(), difference.payment_id(),
               difference.provider_reference(), difference.detail());
  }
  if (reply.differences_size() > 0) {
    throw Error{Kind::conflict, "ledgers_differ", "The payments and the provider's ledger differ."};
  }
}

}  // namespace

void add_payments(CLI::App& app) {
  auto* payments = app.add_subcommand("payments", "Payments");
  payments->require_subcommand(1);
  payments
      ->add_subcommand("reconcile", "Compare our payments with the provider's ledger, both ways")
      ->callback(reconcile);
}

}  // namespace souk::app
