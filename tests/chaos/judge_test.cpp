#include "judge.hpp"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "small_shop.hpp"

/// The judge is judged: a small shop in which all is well, then one thing that must not be at a time.
namespace souk::chaos {
namespace {

TEST(JudgeTest, FindsNothingWhereAllIsWell) {
  const SmallShop shop;
  EXPECT_EQ(report(judge(shop.evidence, shop.calls)), "");
}

struct Doctoring {
  std::string name;
  int invariant;
  std::function<void(SmallShop&)> doctor;
};

void PrintTo(const Doctoring& doctoring, std::ostream* out) { *out << doctoring.name; }

class DoctoredTest : public ::testing::TestWithParam<Doctoring> {};

TEST_P(DoctoredTest, IsFound) {
  SmallShop shop;
  GetParam().doctor(shop);
  const auto violations = judge(shop.evidence, shop.calls);
  EXPECT_TRUE(std::ranges::any_of(
      violations,
      [](const auto& violation) { return violation.invariant == GetParam().invariant; }))
      << "found instead:\n"
      << report(violations);
}

const std::vector<Doctoring>& doctorings() {
  static const std::vector<Doctoring> all{
      {"AnInternalError", 0, [](auto& shop) { shop.call("reuse").status = 500; }},
      {"AnotherOrdersRefusal", 0, [](auto& shop) { shop.call("peek").status = 403; }},
      {"MoreReservedThanThere", 1, [](auto& shop) { shop.stock("LAMP").reserved = 100; }},
      {"LessThanNothing", 1, [](auto& shop) { shop.stock("LAMP").reserved = -1; }},
      {"StockWithoutMovement", 2, [](auto& shop) { shop.stock("LAMP").on_hand += 1; }},
      {"MovementWithoutStock", 2, [](auto& shop) { shop.movement("sold", "sale").delta -= 1; }},
      {"ReservedForNobody", 2, [](auto& shop) { shop.stock("LAMP").reserved = 1; }},
      {"HoldThatNeverEnds", 3, [](auto& shop) { shop.hold("sold").state = "active"; }},
      {"HoldOfNobody", 3,
       [](auto& shop) { shop.evidence.holds.push_back({"ghost", "released", {}}); }},
      {"SoldWithoutAHold", 3, [](auto& shop) { shop.hold("sold").state = "released"; }},
      {"DeclinedAndStillHeld", 3, [](auto& shop) { shop.hold("declined").state = "claimed"; }},
      {"DeclinedWithoutAHold", 3, [](auto& shop) { shop.hold("declined").state = "refused"; }},
      {"CancelledAndKept", 3, [](auto& shop) { shop.hold("cancelled").state = "claimed"; }},
      {"AnotherQuantityHeld", 3, [](auto& shop) { shop.hold("sold").lines["LAMP"] = 5; }},
      {"ConfirmedWithoutMoney", 4,
       [](auto& shop) {
         shop.charge("sold").captured = 0;
         shop.payment("sold").captured = 0;
       }},
      {"MoneyForADeclinedOrder", 4,
       [](auto& shop) {
         shop.charge("declined").captured = 500;
         shop.payment("declined").captured = 500;
       }},
      {"MoneyForNobody", 4, [](auto& shop) { shop.charge("sold").reference = "ghost"; }},
      {"MoneyThatPaymentsDoNotKnow", 4, [](auto& shop) { shop.payment("sold").captured = 0; }},
      {"BooksThatSayNothing", 23, [](auto& shop) { shop.payment("sold").books = 0; }},
      {"DisputeThatNobodyBooked", 23,
       [](auto& shop) { shop.payment("sold").books += shop.payment("sold").disputed; }},
      {"GapInTheNumbers", 24, [](auto& shop) { shop.evidence.documents[0].number = 3; }},
      {"NumberGivenTwice", 24, [](auto& shop) { shop.evidence.documents[2].number = 1; }},
      {"SoldWithoutAnInvoice", 24,
       [](auto& shop) { shop.evidence.documents[2].source = "declined"; }},
      {"CreditedTwice", 24,
       [](auto& shop) {
         auto again = shop.evidence.documents[1];
         again.number = 3;
         shop.evidence.documents.push_back(again);
       }},
      {"ChargeWithoutAPayment", 4, [](auto& shop) { shop.charge("sold").key = "ghost"; }},
      {"CancelledAndNotPaidBack", 4,
       [](auto& shop) {
         shop.charge("cancelled").refunded = 0;
         shop.payment("cancelled").refunded = 0;
       }},
      {"ChargedTwice", 5,
       [](auto& shop) {
         auto again = shop.charge("sold");
         again.id = "charge-again";
         shop.evidence.charges.push_back(again);
       }},
      {"MorePaidBackThanTaken", 5, [](auto& shop) { shop.charge("sold").refunded = 1600; }},
      {"RefundBookedTwice", 5, [](auto& shop) { shop.order("sold").refunded *= 2; }},
      {"LinesDoNotAddUp", 6, [](auto& shop) { shop.line("sold").total += 1; }},
      {"TotalDoesNotAddUp", 6, [](auto& shop) { shop.order("sold").total += 1; }},
      {"TwoOrdersOfOneKey", 7,
       [](auto& shop) {
         auto again = shop.call("buy");
         again.told_id = "cancelled";
         shop.calls.push_back(again);
       }},
      {"OneOrderForTwoKeys", 7,
       [](auto& shop) {
         auto other = shop.call("buy");
         other.key = "another key";
         shop.calls.push_back(other);
       }},
      {"AnOrderNobodyWasToldOf", 7,
       [](auto& shop) {
         std::erase_if(shop.calls, [](const auto& c) { return c.told_id == "sold"; });
       }},
      {"ARefundNobodyAskedFor", 7,
       [](auto& shop) {
         std::erase_if(shop.calls, [](const auto& c) { return c.what == "refund"; });
       }},
      {"AnotherBodyAccepted", 8, [](auto& shop) { shop.call("reuse").outcome = Outcome::ok; }},
      {"AnothersOrderShown", 8, [](auto& shop) { shop.call("peek").outcome = Outcome::ok; }},
      {"NoConfirmation", 9, [](auto& shop) { shop.drop_message("sold", "order_confirmation"); }},
      {"TwoConfirmations", 9,
       [](auto& shop) {
         auto again = shop.message("sold", "order_confirmation");
         again.id = "message-again";
         shop.evidence.messages.push_back(again);
       }},
      {"NoReceipt", 9,
       [](auto& shop) {
         std::erase_if(shop.evidence.messages,
                       [](const auto& m) { return m.kind == "payment_success"; });
       }},
      {"NoWelcome", 9,
       [](auto& shop) {
         std::erase_if(shop.evidence.messages, [](const auto& m) { return m.kind == "welcome"; });
       }},
      {"MessageNotSent", 9,
       [](auto& shop) { shop.message("sold", "order_confirmation").status = "failed"; }},
      {"MailLost", 9, [](auto& shop) { shop.evidence.mails.pop_back(); }},
      {"MailTwice", 9,
       [](auto& shop) {
         auto again = shop.evidence.mails.front();
         again.message = "another message";
         shop.evidence.mails.push_back(again);
       }},
      {"AnEndThatWasLeft", 10,
       [](auto& shop) { shop.evidence.events.push_back({"declined", 3, "confirmed"}); }},
      {"AGapInTheStream", 10,
       [](auto& shop) {
         std::erase_if(shop.evidence.events, [](const auto& e) { return e.type == "placed"; });
       }},
      {"ProjectionThatLies", 10, [](auto& shop) { shop.order("sold").status = "delivered"; }},
      {"StreamWithoutProjection", 10,
       [](auto& shop) {
         std::erase_if(shop.evidence.orders, [](const auto& o) { return o.id == "rejected"; });
       }},
      {"OrderLost", 11,
       [](auto& shop) {
         std::erase_if(shop.evidence.orders, [](const auto& o) { return o.id == "sold"; });
       }},
      {"VanishedAfterA202", 11,
       [](auto& shop) {
         for (auto& call : shop.calls) {
           if (call.code != "out_of_stock") continue;
           call.status = 202;
           call.told_id = "rejected";
         }
       }},
      {"ConfirmationTakenBack", 11, [](auto& shop) { shop.call("buy").told_id = "declined"; }},
      {"RefundLost", 11, [](auto& shop) { shop.refund("sold").id = "another"; }},
      {"CancelForgotten", 11, [](auto& shop) { shop.call("cancel").order = "sold"; }},
      {"FulfilmentForgotten", 11, [](auto& shop) { shop.call("fulfil").order = "cancelled"; }},
      {"AccountLost", 11, [](auto& shop) { shop.evidence.users.clear(); }},
      {"RefusedAndConfirmed", 11,
       [](auto& shop) {
         for (auto& call : shop.calls) {
           if (call.code == "payment_declined") call.told_id = "sold";
         }
       }},
      {"SagaThatNeverEnds", 12, [](auto& shop) { shop.evidence.checkouts[0].step = "running"; }},
      {"OrderThatNeverEnds", 12, [](auto& shop) { shop.order("sold").status = "pending"; }},
      {"PaymentThatNeverEnds", 12, [](auto& shop) { shop.payment("declined").status = "pending"; }},
      {"RefundThatNeverEnds", 12, [](auto& shop) { shop.refund("sold").status = "pending"; }},
      {"RefundPromisedAndNotPaid", 12,
       [](auto& shop) { shop.order("sold").refund_requested = 500; }},
      {"CallWithoutAnswer", 12, [](auto& shop) { shop.call("cancel").outcome = Outcome::unknown; }},
      {"DeadLetter", 13,
       [](auto& shop) {
         shop.evidence.dead_letters.push_back(
             {"souk_inventory", "event", "order.confirmed", "poison"});
       }},
      {"EventsLeft", 14,
       [](auto& shop) { shop.evidence.leftovers.push_back({"souk_order", "not delivered", 3}); }},
      {"SoldTwice", 18, [](auto& shop) { shop.movement("sold", "sale").delta *= 2; }},
      {"SoldWithoutASale", 18,
       [](auto& shop) {
         std::erase_if(shop.evidence.movements, [](const auto& m) { return m.order == "sold"; });
       }},
      {"NotBroughtBack", 18,
       [](auto& shop) {
         std::erase_if(shop.evidence.movements, [](const auto& m) { return m.kind == "return"; });
       }},
      {"MorePromisedThanThere", 18, [](auto& shop) { shop.call("stock").quantity = 2; }},
      {"AnotherPrice", 20, [](auto& shop) { shop.call("buy").amount -= 1; }},
      {"ToldAnotherPrice", 20,
       [](auto& shop) {
         shop.call("buy").told_amount += 1;
         shop.call("buy").amount += 1;
       }},
  };
  return all;
}

TEST(JudgeTest, EveryInvariantHasATestThatBreaksIt) {
  for (const auto& invariant : judged_invariants()) {
    EXPECT_TRUE(std::ranges::any_of(doctorings(), [&](const auto& doctoring) {
      return doctoring.invariant == invariant.number;
    })) << invariant.number;
  }
}

INSTANTIATE_TEST_SUITE_P(Judge, DoctoredTest, ::testing::ValuesIn(doctorings()),
                         [](const auto& param) { return param.param.name; });

TEST(JudgeTest, ReportNamesInvariantAndIdsAndIsShort) {
  std::vector<Violation> violations;
  for (int i = 0; i < 25; ++i) violations.push_back({5, "order " + std::to_string(i)});
  const auto text = report(violations);
  EXPECT_THAT(text, ::testing::HasSubstr("invariant 5 (at most one capture per order"));
  EXPECT_THAT(text, ::testing::HasSubstr("order 9\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("... and 15 more"));
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("order 10\n")));
}

}  // namespace
}  // namespace souk::chaos
