#include <array>
#include <set>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "internal/models/payment.hpp"

namespace souk::payment {
namespace {

using enum PaymentStatus;

constexpr std::array kAll{pending, authorized,         captured, declined,
                          voided,  partially_refunded, refunded};

TEST(PaymentStatus, FollowsItsTransitionTable) {
  const std::set<std::pair<PaymentStatus, PaymentStatus>> allowed{
      {pending, authorized},
      {pending, captured},
      {pending, declined},
      {pending, voided},
      {authorized, captured},
      {authorized, voided},
      {captured, refunded},
      {captured, partially_refunded},
      {partially_refunded, partially_refunded},
      {partially_refunded, refunded},
      {partially_refunded, captured},
      {refunded, partially_refunded},
      {refunded, captured}};
  for (auto from : kAll) {
    for (auto to : kAll)
      EXPECT_EQ(may_become(from, to), allowed.contains({from, to})) << name(from) << name(to);
  }
}

TEST(PaymentStatus, FinalStaysFinal) {
  for (auto status : kAll) {
    const bool final = status == declined || status == voided;
    EXPECT_EQ(is_final(status), final) << name(status);
  }
}

TEST(PaymentStatus, AnOutcomeIsWhatPendingMayBecome) {
  EXPECT_NO_THROW(Outcome::captured("ch_1").check());
  EXPECT_NO_THROW(Outcome::declined("card_declined").check());
  EXPECT_NO_THROW(Outcome::voided().check());
  EXPECT_THROW(Outcome{.status = refunded}.check(), std::logic_error);
}

TEST(PaymentStatus, NamesReadBack) {
  for (auto status : kAll) EXPECT_EQ(payment_status(name(status)), status);
  EXPECT_THROW(payment_status("paid"), std::logic_error);
}

TEST(Refund, IsLookedAtEverLessOftenForAMonth) {
  using std::chrono::days;
  const Time made = from_rfc3339("2026-03-01T00:00:00Z");
  const Refund refund{.amount = {5, Currency::from("USD")}, .created_at = made};
  EXPECT_EQ(next_look(refund, made), made + days{1});
  EXPECT_EQ(next_look(refund, made + days{1}), made + days{2});
  EXPECT_EQ(next_look(refund, made + days{2}), made + days{4});
  EXPECT_EQ(next_look(refund, made + days{30}), made + days{60});
  EXPECT_EQ(next_look(refund, made + days{31}), std::nullopt);
}

TEST(PaymentStatus, AfterRefunds) {
  EXPECT_EQ(status_after_refunds(100, 0), captured);
  EXPECT_EQ(status_after_refunds(100, 1), partially_refunded);
  EXPECT_EQ(status_after_refunds(100, 100), refunded);
}

Payment paid(std::int64_t amount, std::int64_t refunded_minor, std::int64_t refunding_minor) {
  return {.status = captured,
          .amount = {amount, Currency::from("USD")},
          .captured_minor = amount,
          .refunded_minor = refunded_minor,
          .refunding_minor = refunding_minor};
}

std::string refusal(const Payment& payment, Money amount) {
  try {
    check_refundable(payment, amount);
    return "";
  } catch (const Error& error) {
    return error.code;
  }
}

TEST(Refund, MayTakeWhatIsNeitherRefundedNorUnderWay) {
  const auto payment = paid(1000, 300, 200);
  const auto usd = Currency::from("USD");
  EXPECT_EQ(refusal(payment, {500, usd}), "");
  EXPECT_EQ(refusal(payment, {501, usd}), "refund_exceeds_capture");
  EXPECT_EQ(refusal(payment, {0, usd}), "validation_failed");
  EXPECT_EQ(refusal(payment, {-1, usd}), "validation_failed");
  EXPECT_EQ(refusal(payment, {1, Currency::from("EUR")}), "validation_failed");
  auto open = payment;
  open.status = pending;
  EXPECT_EQ(refusal(open, {1, usd}), "payment_not_captured");
}

}  // namespace
}  // namespace souk::payment
