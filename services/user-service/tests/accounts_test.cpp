#include "services/user-service/tests/user_fixture.hpp"

namespace souk::user {
namespace {

using ::testing::ElementsAre;

class AccountsTest : public UserTest {
 protected:
  Task<std::vector<UserId>> importing(std::vector<ImportedUser> users) {
    const auto call = visitor();
    co_return co_await accounts.import_users(call, users);
  }
};

TEST_F(AccountsTest, AProfileChangesOnlyWhereItIsTold) {
  const auto zoe = register_customer("zoe@example.com");
  const auto call = as(zoe);
  clock.advance(std::chrono::minutes{1});
  auto user = run(accounts.update_profile(call, {.phone = "+4915112345678"}));
  EXPECT_EQ(user.full_name, "Zoë Smith");
  EXPECT_EQ(user.phone, "+4915112345678");
  EXPECT_EQ(user.updated_at, clock.now());
  EXPECT_LT(user.created_at, user.updated_at);
  user = run(accounts.update_profile(call, {.full_name = "Zoë Jones"}));
  EXPECT_EQ(user.full_name, "Zoë Jones");
  EXPECT_EQ(user.phone, "+4915112345678");
  EXPECT_EQ(run(accounts.get(call, zoe.user.id)).full_name, "Zoë Jones");
}

TEST_F(AccountsTest, ImportingAgainChangesNothing) {
  const std::vector<ImportedUser> first{{"12346", "a@example.com", "A"},
                                        {"12347", "b@example.com", "B"}};
  const auto ids = run(importing(first));
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_THAT(run(importing({{"12347", "b@example.com", "Other"},
                             {"12348", "c@example.com", "C"},
                             {"12346", "a@example.com", "A"},
                             {"12347", "b@example.com", "B"}})),
              ElementsAre(ids[1], ::testing::_, ids[0], ids[1]));
  EXPECT_EQ(count({"test.users", "SELECT count(*) FROM users"}), 3);
  EXPECT_EQ(run(accounts.get(visitor(), ids[1])).full_name, "B");
  EXPECT_EQ(count({"test.all_events", "SELECT count(*) FROM outbox"}), 0) << "they were written to";
}

TEST_F(AccountsTest, ImportsSideBySideAgree) {
  std::vector<ImportedUser> users;
  for (int i = 0; i < 50; ++i) {
    users.push_back({std::to_string(i), "user" + std::to_string(i) + "@example.com", "U"});
  }
  auto reversed = users;
  std::ranges::reverse(reversed);
  std::vector<Task<std::vector<UserId>>> imports;
  for (int i = 0; i < 4; ++i) imports.push_back(importing(i % 2 == 0 ? users : reversed));
  auto ids = testing::run_all(loop, std::move(imports));
  std::ranges::reverse(ids[1]);
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(ids[0], ids[2]);
  EXPECT_EQ(count({"test.users", "SELECT count(*) FROM users"}), 50);
}

TEST_F(AccountsTest, AnImportTakesNobodysAddress) {
  register_customer("zoe@example.com");
  EXPECT_EQ(failure(importing({{"1", "a@example.com", "A"}, {"2", "Zoe@example.com", "Z"}})),
            "email_taken");
  EXPECT_EQ(count({"test.users", "SELECT count(*) FROM users"}), 1) << "half of it was imported";
}

TEST_F(AccountsTest, AnImportNamesWhatIsWrong) {
  const auto wrong_field = [&](ImportedUser user) {
    try {
      run(importing({{"1", "a@example.com", "A"}, user}));
    } catch (const Error& error) {
      return error.fields.at(0).field;
    }
    return std::string{"none"};
  };
  EXPECT_EQ(wrong_field({"", "b@example.com", "B"}), "users[1].external_id");
  EXPECT_EQ(wrong_field({"2", "b", "B"}), "users[1].email");
}

TEST_F(AccountsTest, ATenantSeesItsOwnAccountsOnly) {
  const auto zoe = register_customer("zoe@example.com");
  auto call = visitor();
  call.identity.tenant = TenantId{ids.next()};
  EXPECT_EQ(failure(accounts.get(call, zoe.user.id)), "not_found");
  EXPECT_EQ(failure(authentication.login(call, "zoe@example.com", kPassword)),
            "invalid_credentials");
  EXPECT_EQ(failure(authentication.refresh(call, zoe.refresh_token)), "invalid_refresh_token");
  EXPECT_EQ(refresh(zoe.refresh_token).session, zoe.session);
}

}  // namespace
}  // namespace souk::user
