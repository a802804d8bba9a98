#include "services/user-service/tests/user_fixture.hpp"

namespace souk::user {
namespace {

using std::chrono::days;

/// Two replicas of the service on one database.
class SigningKeysTest : public UserTest {
 protected:
  std::string token() {
    return issuer.access_token({.id = UserId{ids.next()}, .roles = {kCustomer}}, {});
  }
  bool accepts(const SigningKeys& replica, const std::string& token) {
    const auto jwks = security::Jwks::parse(replica.ring().jwks_json()).value();
    return jwks.verify(token, clock.now(), {"http://localhost:8080", "souk"}).has_value();
  }
  std::int64_t keys_in(const char* sql) { return count({sql, sql}); }

  database::Database other_database{loop.get_executor(), {.url = test_database->app_url()}};
  SigningKeys other{context(), other_database};
};

TEST_F(SigningKeysTest, BeforeTheyAreReadNothingIsSigned) { EXPECT_THROW(other.ring(), Error); }

TEST_F(SigningKeysTest, ReplicasShareTheirKeys) {
  run(other.refresh());
  EXPECT_TRUE(accepts(other, token()));
  EXPECT_EQ(other.ring().jwks_json(), keys.ring().jwks_json());
}

TEST_F(SigningKeysTest, ReplicasThatStartTogetherMakeOneKey) {
  run(database.query(testing::scope(),
                     database::Query{"test.no_keys", "DELETE FROM signing_keys"}));
  std::vector<Task<>> starts;
  for (int i = 0; i < 4; ++i) starts.push_back(i % 2 == 0 ? keys.refresh() : other.refresh());
  for (const auto& code : failures(std::move(starts))) EXPECT_EQ(code, "");
  EXPECT_EQ(keys_in("SELECT count(*) FROM signing_keys"), 1);
  EXPECT_EQ(other.ring().jwks_json(), keys.ring().jwks_json());
}

TEST_F(SigningKeysTest, RotationRefusesNoToken) {
  run(other.refresh());
  clock.advance(kKeyAge);
  run(keys.refresh());
  EXPECT_EQ(keys_in("SELECT count(*) FROM signing_keys WHERE state = 'next'"), 1);
  run(other.refresh());  // heard of the next key while the first one still signs

  clock.advance(kPublishedAhead - std::chrono::minutes{1});
  run(keys.refresh());
  clock.advance(std::chrono::minutes{1});
  const auto signed_before = token();
  run(keys.refresh());
  EXPECT_EQ(keys_in("SELECT count(*) FROM signing_keys WHERE state = 'retired'"), 1);
  const auto signed_after = token();
  run(keys.refresh());  // nothing is due: the retired key stays
  for (const auto* replica : {&keys, &other}) {
    EXPECT_TRUE(accepts(*replica, signed_before));
    EXPECT_TRUE(accepts(*replica, signed_after)) << "signed by a key that was not known everywhere";
  }
  EXPECT_NE(signed_before.substr(0, signed_before.find('.')),
            signed_after.substr(0, signed_after.find('.')))
      << "the key did not change";

  clock.advance(kRetiredKept);
  run(keys.refresh());
  EXPECT_EQ(keys_in("SELECT count(*) FROM signing_keys"), 1);
}

TEST_F(SigningKeysTest, ASeedIsNotReadableInTheDatabase) {
  const auto row = run(database.query_one(
      testing::scope(), database::Query{"test.seed", "SELECT kid, sealed_seed FROM signing_keys"}));
  const auto kid = row.get<std::string>("kid");
  const auto sealed = row.get<database::Bytes>("sealed_seed");
  const auto key = SeedVault{internal_key}.open(kid, sealed).value();
  EXPECT_EQ(key.kid(), kid);
  EXPECT_TRUE(std::ranges::search(sealed, key.seed().bytes()).empty());
}

TEST_F(SigningKeysTest, AnotherInternalKeyMeansNewKeys) {
  const auto old_token = token();
  internal_key = {9};
  SigningKeys stranger{context(), database};
  run(stranger.refresh());
  EXPECT_FALSE(accepts(stranger, old_token));
  const TokenIssuer new_issuer{context(), stranger};
  EXPECT_TRUE(accepts(stranger, new_issuer.access_token({}, {})));
  EXPECT_EQ(keys_in("SELECT count(*) FROM signing_keys WHERE state = 'signing'"), 1);
}

}  // namespace
}  // namespace souk::user
