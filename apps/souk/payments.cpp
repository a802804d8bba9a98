#include <fmt/format.h>

#include "backend.hpp"
#include "commands.hpp"
#include "core/money.hpp"
#include "payment/payment.pb.h"

namespace souk::app {
namespace {

/// Shows the books; true if they contradict nothing.
bool show_ledger(Backend& backend) {
  const auto reply = backend.call<payment::v1::CheckLedgerReply>(
      "payment-service", "souk.payment.v1.PaymentService", "CheckLedger",
      payment::v1::CheckLedgerRequest{}, std::chrono::minutes{1});
  for (const auto& balance : reply.balances()) {
    const Money amount{balance.balance().amount(), Currency::from(balance.balance().currency())};
    fmt::print("{:<10} {:>18}  {} postings\n", balance.account(), amount.str(), balance.postings());
  }
  for (const auto& problem : reply.problems())
    fmt::print("  {:<12} {}: {}\n", problem.kind(), problem.id(), problem.detail());
  fmt::print("the books {}\n", reply.problems_size() == 0 ? "balance" : "DO NOT BALANCE");
  return reply.problems_size() == 0;
}

[[noreturn]] void books_are_wrong() {
  throw Error{Kind::conflict, "books_out_of_balance", "The books of payments do not balance."};
}

void ledger() {
  Backend backend;
  if (!show_ledger(backend)) books_are_wrong();
}

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
  const bool books_balance = show_ledger(backend);
  if (reply.differences_size() > 0) {
    throw Error{Kind::conflict, "ledgers_differ", "The payments and the provider's ledger differ."};
  }
  if (!books_balance) books_are_wrong();
}

}  // namespace

void add_payments(CLI::App& app) {
  auto* payments = app.add_subcommand("payments", "Payments");
  payments->require_subcommand(1);
  payments
      ->add_subcommand("reconcile", "Compare our payments with the provider's ledger, both ways")
      ->callback(reconcile);
  payments->add_subcommand("ledger", "Show the books of payments, and whether they balance")
      ->callback(ledger);
}

}  // namespace souk::app
