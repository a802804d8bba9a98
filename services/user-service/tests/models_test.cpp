#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "internal/models/key_rotation.hpp"
#include "internal/models/session.hpp"
#include "internal/service/seed_vault.hpp"

namespace souk::user {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Time kNow{days{20'000}};

KeyRecord signing(Time since) {
  return {.kid = "old", .state = KeyState::signing, .created_at = since, .signing_since = since};
}
KeyRecord next(Time created) {
  return {.kid = "new", .state = KeyState::next, .created_at = created};
}

TEST(KeyRotation, TheFirstKeySignsAtOnce) {
  const auto plan = plan_rotation({}, kNow);
  EXPECT_EQ(plan.make, KeyState::signing);
  EXPECT_TRUE(plan.retire.empty() && plan.forget.empty() && !plan.promote);
}

TEST(KeyRotation, AYoungKeyIsLeftAlone) {
  EXPECT_TRUE(plan_rotation({signing(kNow - kKeyAge + 1us)}, kNow).empty());
}

TEST(KeyRotation, AnOldKeyGetsASuccessorThatDoesNotSignYet) {
  const auto plan = plan_rotation({signing(kNow - kKeyAge)}, kNow);
  EXPECT_EQ(plan.make, KeyState::next);
  EXPECT_FALSE(plan.promote);
  EXPECT_THAT(plan.retire, IsEmpty());
}

TEST(KeyRotation, ASuccessorSignsOnceItHasBeenPublishedLongEnough) {
  const auto old = signing(kNow - kKeyAge - kPublishedAhead);
  EXPECT_TRUE(plan_rotation({old, next(kNow - kPublishedAhead + 1us)}, kNow).empty());
  const auto plan = plan_rotation({old, next(kNow - kPublishedAhead)}, kNow);
  EXPECT_THAT(plan.retire, ElementsAre("old"));
  EXPECT_EQ(plan.promote, "new");
  EXPECT_FALSE(plan.make);
}

TEST(KeyRotation, ARetiredKeyIsForgottenAfterItsLastToken) {
  auto retired = signing(kNow - 40 * days{1});
  retired.kid = "older";
  retired.state = KeyState::retired;
  retired.retired_at = kNow - kRetiredKept + 1us;
  EXPECT_TRUE(plan_rotation({retired, signing(kNow)}, kNow).empty());
  retired.retired_at = kNow - kRetiredKept;
  EXPECT_THAT(plan_rotation({retired, signing(kNow)}, kNow).forget, ElementsAre("older"));
}

TEST(KeyRotation, AKeyThatNobodyCanReadIsReplacedAtOnce) {
  auto lost = signing(kNow);
  lost.readable = false;
  const auto plan = plan_rotation({lost}, kNow);
  EXPECT_THAT(plan.retire, ElementsAre("old"));
  EXPECT_EQ(plan.make, KeyState::signing);
  EXPECT_EQ(plan_rotation({lost, next(kNow)}, kNow).promote, "new");
}

TEST(Sessions, ATokenIsJudgedByItsSession) {
  const auto newest = security::token_digest("newest");
  Session session{.token_digest = newest, .expires_at = kNow + 1s};
  EXPECT_EQ(judge(session, newest, kNow), TokenVerdict::good);
  EXPECT_EQ(judge(session, security::token_digest("older"), kNow), TokenVerdict::reused);
  EXPECT_EQ(judge(session, newest, kNow + 1s), TokenVerdict::ended);
  session.revoked = true;
  EXPECT_EQ(judge(session, newest, kNow), TokenVerdict::ended);
  EXPECT_EQ(judge(session, security::token_digest("older"), kNow), TokenVerdict::ended);
}

TEST(Users, RolesAreSortedAndEachIsThereOnce) {
  EXPECT_THAT(normal_roles({"staff", "admin", "staff"}), ElementsAre("admin", "staff"));
}

TEST(Users, LosingARoleIsNoticed) {
  EXPECT_TRUE(loses_role({"admin", "customer"}, {"customer"}));
  EXPECT_TRUE(loses_role({"staff"}, {"customer"}));
  EXPECT_FALSE(loses_role({"customer"}, {"customer", "staff"}));
}

TEST(Users, AnAddressHasOneSpelling) {
  EXPECT_EQ(normal_email("Zoe@Example.COM"), "zoe@example.com");
}

TEST(SeedVaults, GiveASeedBackToItsOwnKeyAndKidOnly) {
  SystemRandom random;
  const std::array<std::uint8_t, 32> ours{1};
  const std::array<std::uint8_t, 32> theirs{2};
  const auto key = security::SigningKey::generate(random);
  auto sealed = SeedVault{ours}.seal(key, random);
  EXPECT_EQ(SeedVault{ours}.open(key.kid(), sealed).value().kid(), key.kid());
  EXPECT_FALSE(SeedVault{theirs}.open(key.kid(), sealed));
  EXPECT_FALSE(SeedVault{ours}.open("another", sealed));
  const auto seed = key.seed().bytes();
  EXPECT_TRUE(std::ranges::search(sealed, seed).empty()) << "the seed can be read";
  sealed.back() ^= 1;
  EXPECT_FALSE(SeedVault{ours}.open(key.kid(), sealed));
  EXPECT_FALSE(SeedVault{ours}.open(key.kid(), {}));
}

}  // namespace
}  // namespace souk::user
