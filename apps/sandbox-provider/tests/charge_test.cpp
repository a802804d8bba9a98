#include "apps/sandbox-provider/charge.hpp"

#include <gtest/gtest.h>

namespace souk::sandbox {
namespace {

TEST(Charge, EveryDocumentedTokenHasItsConduct) {
  EXPECT_EQ(judge("tok_visa").conduct, Conduct::answer);
  EXPECT_TRUE(judge("tok_visa").decline_code.empty());
  EXPECT_EQ(judge("tok_3ds").conduct, Conduct::ask_customer);
  EXPECT_EQ(judge("tok_timeout").conduct, Conduct::stall);
  EXPECT_TRUE(judge("tok_timeout").decline_code.empty());
  EXPECT_EQ(judge("tok_unreachable").conduct, Conduct::hang_up);
  EXPECT_EQ(judge("tok_error").conduct, Conduct::fail);
  EXPECT_EQ(judge("tok_declined").decline_code, "card_declined");
  EXPECT_EQ(judge("tok_insufficient_funds").decline_code, "insufficient_funds");
  EXPECT_EQ(judge("").decline_code, "invalid_token");
  EXPECT_EQ(judge("tok_visa ").decline_code, "invalid_token");
}

TEST(Charge, StatusNamesReadBack) {
  using enum ChargeStatus;
  for (auto status : {requires_action, authorized, captured, declined, voided, cancelled}) {
    EXPECT_EQ(charge_status(name(status)), status);
  }
  EXPECT_THROW(charge_status("paid"), std::logic_error);
}

}  // namespace
}  // namespace souk::sandbox
