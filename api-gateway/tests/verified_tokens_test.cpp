#include "internal/middleware/verified_tokens.hpp"

#include <string>

#include <gtest/gtest.h>

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

TEST(VerifiedTokens, AreBelievedUntilTheirTimeIsOver) {
  VerifiedTokens tokens;
  const Time now{1'000h};
  security::Claims claims;
  claims.exp = std::chrono::floor<std::chrono::seconds>(now + 15min);
  tokens.add(security::token_digest("good"), claims);
  EXPECT_EQ(tokens.find(security::token_digest("good"), now), claims);
  EXPECT_EQ(tokens.find(security::token_digest("gooe"), now), std::nullopt);
  EXPECT_EQ(tokens.find(security::token_digest("good"), Time{claims.exp}), std::nullopt);
  tokens.clear();
  EXPECT_EQ(tokens.find(security::token_digest("good"), now), std::nullopt);
}

TEST(VerifiedTokens, AreBoundedAndTheNewestStay) {
  VerifiedTokens tokens;
  security::Claims claims;
  claims.exp = std::chrono::sys_seconds{1h};
  int kept = 0;
  for (int i = 0; i < 50'000; ++i) tokens.add(security::token_digest(std::to_string(i)), claims);
  for (int i = 0; i < 50'000; ++i)
    kept += tokens.find(security::token_digest(std::to_string(i)), Time{}).has_value() ? 1 : 0;
  EXPECT_LE(kept, 16'384);
  EXPECT_TRUE(tokens.find(security::token_digest("49999"), Time{}));
}

}  // namespace
}  // namespace souk::gateway
