#include "services/user-service/tests/user_fixture.hpp"

namespace souk::user {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class AdministrationTest : public UserTest {
 protected:
  Task<User> setting_roles(rpc::Call call, UserId id, std::vector<std::string> roles) {
    co_return co_await administration.set_roles(call, id, roles);
  }
  Task<v1::User> disabling(rpc::Call call, UserId id) {
    v1::DisableUserRequest request;
    request.set_id(id.str());
    co_return co_await administration.disable(call, request);
  }
  Task<v1::User> enabling(rpc::Call call, UserId id) {
    v1::EnableUserRequest request;
    request.set_id(id.str());
    co_return co_await administration.enable(call, request);
  }
  std::vector<std::string> found(UserFilter filter) {
    std::vector<std::string> emails;
    for (const auto& user : run(administration.list(visitor(), filter, std::nullopt, 100))) {
      emails.push_back(user.email);
    }
    return emails;
  }
};

TEST_F(AdministrationTest, AccountsAreFoundByPartsOfNameAndAddress) {
  const auto call = visitor();
  run(accounts.import_users(call, {{"1", "ada@example.com", "Ada Lovelace"},
                                   {"2", "grace@example.org", "Grace 100% Hopper"},
                                   {"3", "alan_t@example.com", "Alan Turing"}}));
  login_admin("root@example.com");
  EXPECT_THAT(found({.query = "LOVE"}), ElementsAre("ada@example.com"));
  EXPECT_THAT(found({.query = "example.org"}), ElementsAre("grace@example.org"));
  EXPECT_THAT(found({.query = "%"}), ElementsAre("grace@example.org"));
  EXPECT_THAT(found({.query = "_"}), ElementsAre("alan_t@example.com"));
  EXPECT_THAT(found({.query = "\\"}), IsEmpty());
  EXPECT_THAT(found({.role = "admin"}), ElementsAre("root@example.com"));
  EXPECT_EQ(found({}).size(), 4U);
}

TEST_F(AdministrationTest, PagesShowEachAccountOnceWhileOthersComeIn) {
  for (int i = 0; i < 7; ++i) register_customer("user" + std::to_string(i) + "@example.com");
  std::vector<std::string> seen;
  std::optional<UserId> before;
  for (int page = 0;; ++page) {
    const auto users = run(administration.list(visitor(), {}, before, 3));
    for (const auto& user : users) seen.push_back(user.email);
    if (users.size() < 3) break;
    before = users.back().id;
    register_customer("late" + std::to_string(page) + "@example.com");
  }
  EXPECT_THAT(seen, ElementsAre("user6@example.com", "user5@example.com", "user4@example.com",
                                "user3@example.com", "user2@example.com", "user1@example.com",
                                "user0@example.com"));
}

TEST_F(AdministrationTest, ANewRoleShowsWithTheNextToken) {
  const auto admin = login_admin("root@example.com");
  const auto zoe = register_customer("zoe@example.com");
  const auto user = run(setting_roles(as(admin), zoe.user.id, {"staff", "customer", "staff"}));
  EXPECT_THAT(user.roles, ElementsAre("customer", "staff"));
  EXPECT_THAT(revoked_sessions(), IsEmpty());
  EXPECT_THAT(refresh(zoe.refresh_token).user.roles, ElementsAre("customer", "staff"));
}

TEST_F(AdministrationTest, ARoleThatIsTakenAwayEndsTheSessions) {
  const auto admin = login_admin("root@example.com");
  const auto other = login_admin("second@example.com");
  run(setting_roles(as(admin), other.user.id, {"customer"}));
  EXPECT_THAT(revoked_sessions(), ElementsAre(other.session));
  EXPECT_EQ(failure(refreshing(other.refresh_token)), "invalid_refresh_token");
  EXPECT_THAT(login("second@example.com").user.roles, ElementsAre("customer"));
}

TEST_F(AdministrationTest, TheLastAdministratorStays) {
  const auto admin = login_admin("root@example.com");
  EXPECT_EQ(failure(setting_roles(as(admin), admin.user.id, {"customer"})), "last_admin");
  EXPECT_EQ(failure(disabling(visitor(), admin.user.id)), "last_admin");
  const auto other = login_admin("second@example.com");
  run(disabling(as(admin), other.user.id));
  EXPECT_EQ(failure(setting_roles(as(admin), admin.user.id, {"customer"})), "last_admin")
      << "a disabled administrator counts for none";
  EXPECT_THAT(run(setting_roles(as(admin), admin.user.id, {"admin", "staff"})).roles,
              ElementsAre("admin", "staff"));
}

TEST_F(AdministrationTest, AdministratorsWhoRemoveEachOtherDoNotBothSucceed) {
  const auto first = login_admin("first@example.com");
  const auto second = login_admin("second@example.com");
  for (int round = 0; round < 10; ++round) {
    std::vector<Task<User>> removals;
    removals.push_back(setting_roles(as(first), second.user.id, {"customer"}));
    removals.push_back(setting_roles(as(second), first.user.id, {"customer"}));
    ASSERT_THAT(failures(std::move(removals)), UnorderedElementsAre("", "last_admin"));
    run(setting_roles(visitor(), first.user.id, {"admin"}));
    run(setting_roles(visitor(), second.user.id, {"admin"}));
  }
}

TEST_F(AdministrationTest, ADisabledAccountIsShutOutUntilItIsEnabled) {
  const auto admin = login_admin("root@example.com");
  const auto zoe = register_customer("zoe@example.com");
  const auto elsewhere = login("zoe@example.com");
  EXPECT_TRUE(run(disabling(as(admin), zoe.user.id)).disabled());
  EXPECT_THAT(revoked_sessions(), UnorderedElementsAre(zoe.session, elsewhere.session));
  EXPECT_EQ(failure(refreshing(zoe.refresh_token)), "invalid_refresh_token");
  EXPECT_EQ(failure(logging_in("zoe@example.com", kPassword)), "invalid_credentials");
  EXPECT_FALSE(run(enabling(as(admin), zoe.user.id)).disabled());
  EXPECT_EQ(failure(refreshing(zoe.refresh_token)), "invalid_refresh_token");
  EXPECT_EQ(login("zoe@example.com").user.id, zoe.user.id);
}

TEST_F(AdministrationTest, DisablingRacesLoginsAndLeavesNoSession) {
  const auto admin = login_admin("root@example.com");
  const auto zoe = register_customer("zoe@example.com");
  std::vector<Task<std::string>> race;
  for (int i = 0; i < 10; ++i) race.push_back(code_of(logging_in("zoe@example.com", kPassword)));
  race.push_back(code_of(disabling(as(admin), zoe.user.id)));
  for (int i = 0; i < 10; ++i) race.push_back(code_of(logging_in("zoe@example.com", kPassword)));
  testing::run_all(loop, std::move(race));
  EXPECT_EQ(count({"test.live",
                   "SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id "
                   "WHERE s.revoked_at IS NULL AND u.disabled_at IS NOT NULL"}),
            0);
}

TEST_F(AdministrationTest, NobodyDisablesTheOwnAccount) {
  const auto admin = login_admin("root@example.com");
  login_admin("second@example.com");
  EXPECT_EQ(failure(disabling(as(admin), admin.user.id)), "cannot_disable_self");
}

TEST_F(AdministrationTest, AKeyGivesTheStoredReply) {
  const auto admin = login_admin("root@example.com");
  const auto zoe = register_customer("zoe@example.com");
  auto call = as(admin);
  call.idempotency_key = "key-1";
  const auto first = run(disabling(call, zoe.user.id));
  run(enabling(as(admin), zoe.user.id));
  const auto again = run(disabling(call, zoe.user.id));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(login("zoe@example.com").user.id, zoe.user.id) << "the effect was had twice";
  EXPECT_EQ(failure(disabling(call, register_customer("eve@example.com").user.id)),
            "idempotency_key_reused");
}

TEST_F(AdministrationTest, AnAccountThatIsNotThereIsNotFound) {
  const auto call = visitor();
  const UserId nobody{ids.next()};
  EXPECT_EQ(failure(accounts.get(call, nobody)), "not_found");
  EXPECT_EQ(failure(setting_roles(call, nobody, {"staff"})), "not_found");
  EXPECT_EQ(failure(disabling(call, nobody)), "not_found");
  EXPECT_EQ(failure(enabling(call, nobody)), "not_found");
}

TEST_F(AdministrationTest, TheDatabaseKnowsNoOtherRoles) {
  const auto zoe = register_customer("zoe@example.com");
  EXPECT_EQ(failure(setting_roles(visitor(), zoe.user.id, {"owner"})), "internal");
  EXPECT_EQ(failure(setting_roles(visitor(), zoe.user.id, {})), "internal");
}

}  // namespace
}  // namespace souk::user
