#include "core/failpoint.hpp"
#include "services/payment-service/tests/payment_fixture.hpp"

namespace souk::payment {
namespace {

class LedgerTest : public PaymentTest {
 protected:
  std::map<std::string, std::int64_t> balances() {
    std::map<std::string, std::int64_t> all;
    for (const auto& balance : run(ledger_books.balances(testing::scope(kEveryTenant))))
      all[balance.account] = balance.balance_minor;
    return all;
  }
  std::vector<LedgerProblem> problems() {
    return run(ledger_books.problems(testing::scope(kEveryTenant), 100));
  }
  void write(std::vector<LedgerEntry> entries) {
    run(database.transact(testing::scope(), [&](database::Transaction& tx) -> Task<> {
      queue_entries(tx, entries, clock.now());
      co_return;
    }));
  }
};

using Balances = std::map<std::string, std::int64_t>;

TEST_F(LedgerTest, EveryChangeOfMoneyIsBookedAndTheBooksBalance) {
  const auto order = new_order();
  charge(order);
  charge(new_order(), "tok_declined");
  EXPECT_EQ(balances(), (Balances{{"customer", -1999}, {"provider", 1999}}));
  refund(RefundId{ids.next()}, order, 700);
  EXPECT_EQ(balances(), (Balances{{"customer", -1299}, {"provider", 1299}}));
  void_order(order);
  EXPECT_EQ(balances(), (Balances{{"customer", 0}, {"provider", 0}}));
  EXPECT_TRUE(problems().empty());
}

TEST_F(LedgerTest, WhatRecoveryFindsOutIsBookedOnce) {
  const auto order = new_order();
  provider->die(MortalProvider::Death::after);
  EXPECT_THROW(charge(order), Killed);
  provider->die(MortalProvider::Death::none);
  EXPECT_TRUE(balances().empty());
  run(recovery->sweep(Recovery::Reach::everything));
  run(recovery->sweep(Recovery::Reach::everything));
  EXPECT_EQ(balances(), (Balances{{"customer", -1999}, {"provider", 1999}}));
  EXPECT_TRUE(problems().empty());
}

TEST_F(LedgerTest, FiftyAtOnceAreBookedEachOnce) {
  std::vector<Task<Payment>> charges;
  for (int i = 0; i < 50; ++i) charges.push_back(charging(call(), new_order()));
  testing::run_all(loop, std::move(charges));
  EXPECT_EQ(balances(), (Balances{{"customer", -50 * 1999}, {"provider", 50 * 1999}}));
  EXPECT_TRUE(problems().empty());
}

TEST_F(LedgerTest, TheSchemaRefusesAnEntryThatDoesNotBalance) {
  const PaymentId payment{ids.next()};
  auto entry = fee_entry(ids.next(), payment, usd(30));
  entry.postings[0].amount_minor = 31;
  EXPECT_THROW(write({entry}), Error);
  EXPECT_THROW(write({{.kind = "fee",
                       .source = ids.next(),
                       .payment = payment,
                       .currency = Currency::from("USD"),
                       .postings = {{Account::fees, 5}}}}),
               Error);
  EXPECT_TRUE(balances().empty());
}

TEST_F(LedgerTest, NobodyRewritesTheBooks) {
  charge(new_order());
  constexpr database::Query kRewrite{"test.rewrite", "UPDATE ledger_postings SET amount_minor = 1"};
  constexpr database::Query kErase{"test.erase", "DELETE FROM ledger_postings"};
  EXPECT_THROW(run(database.query(testing::scope(), kRewrite)), Error);
  EXPECT_THROW(run(database.query(testing::scope(), kErase)), Error);
  EXPECT_EQ(balances().at("provider"), 1999);
}

TEST_F(LedgerTest, TheCheckFindsMoneyThatTheBooksDoNotKnow) {
  const auto order = new_order();
  {
    failpoint::PlantedBug bug{"payment.no_ledger"};
    charge(order);
  }
  const auto found = problems();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, "payment");
  EXPECT_EQ(found[0].id, stored(order).id.str());
}

TEST_F(LedgerTest, TheCheckFindsAnEntryThatWasForcedIn) {
  const auto id = ids.next().str();
  database::BlockingConnection admin{payment_database->admin_url()};
  admin.run("ALTER TABLE ledger_postings DISABLE TRIGGER USER");
  admin.run(
      fmt::format("INSERT INTO ledger_postings VALUES ('{}', 'fee', '{}', 'fees', '{}', 5, "
                  "'USD', now())",
                  kDefaultTenant.str(), id, id));
  admin.run("ALTER TABLE ledger_postings ENABLE TRIGGER USER");
  const auto found = problems();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, "unbalanced");
}

TEST_F(LedgerTest, DisputesTakeTheMoneyAndGiveItBack) {
  const auto order = new_order();
  const auto payment = charge(order).id;
  const auto keep = [&](std::vector<DisputeMovement> movements) {
    const Dispute dispute{.id = "dp_1",
                          .reference = {},
                          .amount = usd(1999),
                          .reason = "fraudulent",
                          .status = "open",
                          .changed_at = clock.now(),
                          .movements = std::move(movements)};
    run(database.transact(testing::scope(), [&](database::Transaction& tx) {
      return disputes.keep(tx, "sandbox", payment, dispute);
    }));
  };
  const DisputeMovement taken{"txn_1", 1999, 1500};
  keep({});
  keep({taken});
  EXPECT_EQ(
      balances(),
      (Balances{{"customer", -1999}, {"provider", -1500}, {"disputes", 1999}, {"fees", 1500}}));
  keep({taken});
  keep({});
  EXPECT_EQ(balances().at("disputes"), 1999) << "once, whoever tells less later";
  keep({taken, {"txn_2", -1999, 0}});
  EXPECT_EQ(balances().at("provider"), 499) << "won: the fee stays";
  EXPECT_EQ(balances().at("disputes"), 0);
  EXPECT_TRUE(problems().empty());
  EXPECT_EQ(run(ledger_books.fees_of(testing::scope(), {payment})).size(), 0U)
      << "no fee of the charge";
}

TEST_F(LedgerTest, TheCheckFindsADisputeThatTheBooksDoNotKnow) {
  const auto payment = charge(new_order()).id;
  const Dispute dispute{.id = "dp_1",
                        .reference = {},
                        .amount = usd(500),
                        .reason = {},
                        .status = {},
                        .movements = {{"txn_1", 500, 0}}};
  failpoint::PlantedBug bug{"payment.no_ledger"};
  run(database.transact(testing::scope(), [&](database::Transaction& tx) {
    return disputes.keep(tx, "sandbox", payment, dispute);
  }));
  const auto found = problems();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, "dispute");
  EXPECT_EQ(found[0].id, payment.str());
}

TEST(DisputeSource, IsMadeOfAllThatNamesAMovement) {
  const auto source = dispute_source("stripe", "dp_1", "txn_1");
  EXPECT_EQ(source, dispute_source("stripe", "dp_1", "txn_1"));
  EXPECT_NE(source, dispute_source("stripe", "dp_1", "txn_2"));
  EXPECT_NE(source, dispute_source("stripe", "dp_2", "txn_1"));
  EXPECT_NE(source, dispute_source("paypal", "dp_1", "txn_1"));
}

TEST_F(LedgerTest, FeesAreBookedAsTheProviderTellsThem) {
  const auto order = new_order();
  const auto payment = charge(order);
  const auto told = [&](std::int64_t fees_minor) {
    return run(fees.book({{.reference = payment.provider_reference,
                           .idempotency_key = payment.id.str(),
                           .amount = payment.amount,
                           .decline_code = {},
                           .fees_minor = fees_minor}},
                         {{payment.id, stored(order)}},
                         std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  };
  EXPECT_TRUE(told(88).empty());
  EXPECT_TRUE(told(88).empty()) << "once";
  EXPECT_EQ(balances().at("fees"), 88);
  EXPECT_EQ(balances().at("provider"), 1999 - 88);
  EXPECT_TRUE(told(100).empty()) << "a refund may cost more";
  EXPECT_EQ(balances().at("fees"), 100);
  const auto less = told(88);
  ASSERT_EQ(less.size(), 1U);
  EXPECT_EQ(less[0].kind, "fees");
  EXPECT_TRUE(problems().empty());
}

}  // namespace
}  // namespace souk::payment
