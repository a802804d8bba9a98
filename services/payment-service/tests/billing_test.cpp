#include "internal/service/billing.hpp"

#include <numeric>
#include <random>

#include "core/failpoint.hpp"
#include "internal/service/invoice_numbers.hpp"
#include "runtime/proto_values.hpp"
#include "services/payment-service/tests/payment_fixture.hpp"

namespace souk::payment {
namespace {

/// Documents and their numbers on a real database; orders tell what happened to them.
class BillingTest : public PaymentTest {
 protected:
  order::v1::Order new_sale(std::int64_t amount = 2380) {
    order::v1::Order order;
    order.set_id(new_order().str());
    order.set_number("S-1");
    order.set_user_id(ids.next().str());
    order.mutable_payment()->set_id(ids.next().str());
    auto& address = *order.mutable_shipping_address();
    address.set_full_name("Ada Byron");
    address.set_line1("12 St James's Square");
    address.set_city("London");
    address.set_postal_code("SW1Y 4LB");
    address.set_country("GB");
    auto& item = *order.add_items();
    item.set_sku("LAMP");
    item.set_name("Lamp");
    item.set_quantity(1);
    const auto tax = amount * 19 / 119;
    *item.mutable_unit_price() = rpc::to_proto(usd(amount - tax));
    *item.mutable_total() = rpc::to_proto(usd(amount - tax));
    *order.mutable_subtotal() = rpc::to_proto(usd(amount - tax));
    *order.mutable_tax_total() = rpc::to_proto(usd(tax));
    *order.mutable_total() = rpc::to_proto(usd(amount));
    auto& line = *order.add_tax_lines();
    line.set_rate_basis_points(1900);
    *line.mutable_taxable() = rpc::to_proto(usd(amount - tax));
    *line.mutable_tax() = rpc::to_proto(usd(tax));
    return order;
  }

  void confirm(const order::v1::Order& order, TenantId tenant = kDefaultTenant) {
    run(database.transact(testing::scope(tenant), [&](database::Transaction& tx) -> Task<> {
      co_await billing.invoice(tx, {order});
    }));
  }
  void refund_of(const order::v1::Order& order, std::int64_t amount, Uuid refund) {
    order::v1::OrderRefunded event;
    *event.mutable_order() = order;
    event.set_refund_id(refund.str());
    *event.mutable_amount() = rpc::to_proto(usd(amount));
    run(database.transact(testing::scope(), [&](database::Transaction& tx) -> Task<> {
      co_await billing.credit(tx, event);
    }));
  }

  std::unique_ptr<InvoiceNumbers> replica(const Clock& with) {
    return std::make_unique<InvoiceNumbers>(loop.get_executor(), log, random, with, database,
                                            documents, Seller{.party = {"Souk", {}}});
  }
  std::size_t number() { return run(replica(clock)->number_due()); }

  std::vector<BillingDocument> all(DocumentFilter filter = {}, TenantId tenant = kDefaultTenant) {
    return run(documents.page(testing::scope(tenant), filter, std::nullopt, 10'000));
  }
  /// The numbers of a kind, in the order in which the documents were made.
  std::vector<std::int64_t> numbers(DocumentKind kind, TenantId tenant = kDefaultTenant) {
    std::vector<std::int64_t> list;
    for (const auto& document : all({.kind = kind}, tenant))
      list.push_back(document.issue ? document.issue->number : 0);
    std::ranges::reverse(list);
    return list;
  }
  static std::vector<std::int64_t> up_to(std::int64_t n) {
    std::vector<std::int64_t> list(static_cast<std::size_t>(n));
    std::iota(list.begin(), list.end(), 1);
    return list;
  }

  std::vector<LedgerProblem> problems() {
    auto found = run(ledger_books.problems(testing::scope(kEveryTenant), 100));
    // Of these sales nothing but the documents is booked.
    std::erase_if(found, [](const auto& problem) { return problem.kind == "payment"; });
    return found;
  }
  std::int64_t balance(std::string_view account) {
    for (const auto& entry : run(ledger_books.balances(testing::scope())))
      if (entry.account == account) return entry.balance_minor;
    return 0;
  }

  BillingRepository documents{database};
  Billing billing{ids, clock, documents, [] {}};
};

TEST_F(BillingTest, AnOrderHasOneInvoiceHoweverOftenItTells) {
  const auto order = new_sale();
  for (int i = 0; i < 3; ++i) confirm(order);
  EXPECT_EQ(number(), 1U);
  EXPECT_EQ(number(), 0U);
  confirm(order);
  const auto list = all();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].issue->number, 1);
  EXPECT_EQ(list[0].content.total, 2380);
  EXPECT_EQ(list[0].content.tax(), 380);
  const Party ada{"Ada Byron", {"12 St James's Square", "SW1Y 4LB London", "United Kingdom"}};
  EXPECT_EQ(list[0].content.customer, ada);
  EXPECT_EQ(balance("customer"), 2380);
  EXPECT_EQ(balance("revenue"), -2000);
  EXPECT_EQ(balance("tax"), -380);
  EXPECT_TRUE(problems().empty());
}

TEST_F(BillingTest, EachRefundHasOneCreditNoteThatNamesItsInvoice) {
  const auto order = new_sale();
  confirm(order);
  const auto first = ids.next();
  for (int i = 0; i < 3; ++i) refund_of(order, 1000, first);
  refund_of(order, 1380, ids.next());
  EXPECT_EQ(number(), 3U);
  const auto notes = all({.kind = DocumentKind::credit_note});
  ASSERT_EQ(notes.size(), 2U);
  for (const auto& note : notes) EXPECT_EQ(note.invoice_number.substr(0, 4), "INV-");
  EXPECT_EQ(notes[0].content.tax() + notes[1].content.tax(), 380);
  EXPECT_EQ(numbers(DocumentKind::credit_note), up_to(2));
  EXPECT_EQ(balance("customer"), 0);
  EXPECT_EQ(balance("tax"), 0);
  EXPECT_EQ(balance("refunds"), 2000);
  EXPECT_TRUE(problems().empty());
}

// The credit note stays good: the shop owes the money still, and the next refund pays that first.
TEST_F(BillingTest, ARefundThatFailedIsCreditedOnce) {
  auto order = new_sale();
  const auto id = OrderId::from(order.id());
  order.mutable_payment()->set_id(charge(id, "tok_visa", 2380).id.str());
  confirm(order);
  const auto give = [&](std::int64_t amount) {
    const auto made = refund(RefundId{ids.next()}, id, amount);
    for (int i = 0; i < 2; ++i) refund_of(order, amount, made.id.uuid());
    return made;
  };
  const auto first = give(1000);
  run(database.transact(testing::scope(), [&](database::Transaction& tx) -> Task<> {
    co_await refunds.come_back(tx, first);
  }));
  EXPECT_EQ(balance("customer"), -1000) << "what is owed";
  give(700);
  EXPECT_EQ(balance("customer"), -300);
  EXPECT_EQ(all({.kind = DocumentKind::credit_note}).size(), 1U);
  give(500);
  const auto notes = all({.kind = DocumentKind::credit_note});
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].content.total, 200);
  EXPECT_EQ(balance("customer"), 0);
  EXPECT_TRUE(run(ledger_books.problems(testing::scope(kEveryTenant), 10)).empty());

  const auto late = refund(RefundId{ids.next()}, id, 100);
  run(database.transact(testing::scope(), [&](database::Transaction& tx) -> Task<> {
    co_await refunds.come_back(tx, late);
  }));
  refund_of(order, 100, late.id.uuid());
  EXPECT_EQ(all({.kind = DocumentKind::credit_note}).size(), 2U) << "its news came after its end";
}

TEST_F(BillingTest, WhatWasNeverInvoicedIsNotCredited) {
  refund_of(new_sale(), 2380, ids.next());
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(number(), 0U);
}

TEST_F(BillingTest, NumbersHaveNoGapWhateverDiesAndHoweverManyGiveThemOut) {
  std::mt19937 dice{5};
  int deaths = 0;
  failpoint::Trap trap{"payment.before_commit_numbers", [&] {
                         if (dice() % 3 != 0) return;
                         ++deaths;
                         throw std::runtime_error{"dead"};
                       }};
  for (int round = 0; round < 40; ++round) {
    std::vector<order::v1::Order> orders;
    for (auto n = dice() % 30; n > 0; --n) orders.push_back(new_sale());
    run(database.transact(testing::scope(), [&](database::Transaction& tx) -> Task<> {
      co_await billing.invoice(tx, orders);
    }));
    if (!orders.empty()) refund_of(orders[0], 500, ids.next());
    std::vector<std::unique_ptr<InvoiceNumbers>> replicas;
    std::vector<Task<std::size_t>> work;
    for (int i = 0; i < 3; ++i) {
      replicas.push_back(replica(clock));
      work.push_back(replicas.back()->number_due());
    }
    try {
      testing::run_all(loop, std::move(work));
    } catch (const std::runtime_error&) {
    }
  }
  while (true) {
    try {
      if (number() == 0) break;
    } catch (const std::runtime_error&) {
    }
  }
  EXPECT_GT(deaths, 0);
  const auto invoices = numbers(DocumentKind::invoice);
  EXPECT_GT(invoices.size(), 100U);
  EXPECT_EQ(invoices, up_to(static_cast<std::int64_t>(invoices.size())))
      << "in the order in which they were made";
  const auto notes = numbers(DocumentKind::credit_note);
  EXPECT_EQ(notes, up_to(static_cast<std::int64_t>(notes.size())));
  EXPECT_TRUE(problems().empty());
}

TEST_F(BillingTest, EveryTenantAndYearCountsForItself) {
  const TenantId other{ids.next()};
  ManualClock calendar{from_rfc3339("2026-12-31T23:59:59Z")};
  confirm(new_sale());
  confirm(new_sale());
  confirm(new_sale(), other);
  EXPECT_EQ(run(replica(calendar)->number_due()), 3U);
  EXPECT_EQ(numbers(DocumentKind::invoice), up_to(2));
  EXPECT_EQ(numbers(DocumentKind::invoice, other), up_to(1));
  calendar.advance(std::chrono::seconds{1});
  confirm(new_sale());
  EXPECT_EQ(run(replica(calendar)->number_due()), 1U);
  const auto last = all().front();
  EXPECT_EQ(last.number(), "INV-2027-000001");
  const auto found = all({.kind = DocumentKind::invoice, .number = {{2026, 2}}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].number(), "INV-2026-000002");
}

TEST_F(BillingTest, ANumberedDocumentNeverChanges) {
  confirm(new_sale());
  constexpr database::Query kChange{"test.change",
                                    "UPDATE billing_documents SET order_number = 'other'"};
  constexpr database::Query kRemove{"test.remove", "DELETE FROM billing_documents"};
  run(database.query(testing::scope(), kChange));
  number();
  EXPECT_THROW(run(database.query(testing::scope(), kChange)), Error);
  EXPECT_THROW(run(database.query(testing::scope(), kRemove)), Error);
  EXPECT_EQ(all().size(), 1U);
}

}  // namespace
}  // namespace souk::payment
