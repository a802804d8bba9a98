#include <fmt/format.h>
#include <gtest/gtest.h>

#include "security/base64url.hpp"
#include "security/jwt.hpp"

namespace souk::security {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds kNow{1'800'000'000s};
const Expected kExpected{"https://shop.example", "souk"};

SigningKey key_of(std::uint8_t byte) {
  return SigningKey::from_seed(std::vector<std::uint8_t>(32, byte));
}

std::string token_of(const KeyRing& ring) {
  return ring.sign({.iss = kExpected.iss,
                    .aud = kExpected.aud,
                    .sub = {},
                    .sid = {},
                    .roles = {},
                    .iat = kNow,
                    .nbf = kNow,
                    .exp = kNow + 15min,
                    .jti = {}});
}

/// KeyRing or Jwks.
template <class Verifier>
bool accepts(const Verifier& verifier, std::string_view token) {
  return verifier.verify(token, kNow, kExpected).has_value();
}

std::string jwk(std::string_view kid, std::string_view x) {
  return fmt::format(R"({{"kty":"OKP","crv":"Ed25519","kid":"{}","x":"{}"}})", kid, x);
}

const std::string kX = base64url::encode(key_of(1).public_key().bytes);

TEST(SigningKey, AgreesWithRfc8037) {
  const auto seed = base64url::decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
  ASSERT_TRUE(seed.has_value());
  const auto key =
      SigningKey::from_seed({reinterpret_cast<const std::uint8_t*>(seed->data()), seed->size()});
  EXPECT_EQ(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  // RFC 8037 A.4: the header {"alg":"EdDSA"} over "Example of Ed25519 signing".
  EXPECT_EQ(
      base64url::encode(key.sign("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc")),
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
}

TEST(SigningKey, ComesBackFromItsSeed) {
  SystemRandom random;
  const auto key = SigningKey::generate(random);
  const auto stored = key.seed();
  const auto again = SigningKey::from_seed(stored.bytes());
  EXPECT_EQ(again.kid(), key.kid());
  EXPECT_TRUE(accepts(KeyRing{{again}, again.kid()}, token_of(KeyRing{{key}, key.kid()})));
  EXPECT_NE(SigningKey::generate(random).kid(), key.kid());
}

TEST(SigningKey, NeedsASeedOf32Bytes) {
  EXPECT_THROW(SigningKey::from_seed(std::vector<std::uint8_t>(31)), Error);
}

TEST(KeyRing, RotatesWithoutRefusingAnyone) {
  const auto old_key = key_of(1);
  const auto new_key = key_of(2);
  const KeyRing before{{old_key}, old_key.kid()};
  const KeyRing announced{{old_key, new_key}, old_key.kid()};
  const KeyRing rotated{{old_key, new_key}, new_key.kid()};
  const KeyRing after{{new_key}, new_key.kid()};

  EXPECT_TRUE(accepts(announced, token_of(before)));
  EXPECT_TRUE(accepts(announced, token_of(rotated)));
  EXPECT_TRUE(accepts(rotated, token_of(announced)));
  EXPECT_TRUE(accepts(after, token_of(rotated)));
  EXPECT_FALSE(accepts(after, token_of(before)));
  EXPECT_FALSE(accepts(before, token_of(rotated)));
}

TEST(KeyRing, SignsWithAKeyOfItsOwn) {
  EXPECT_THROW((KeyRing{{key_of(1)}, key_of(2).kid()}), Error);
  EXPECT_THROW((KeyRing{{}, ""}), Error);
  EXPECT_THROW((KeyRing{{key_of(1), key_of(1)}, key_of(1).kid()}), Error);
}

TEST(Jwks, ShowsPublicHalvesOnly) {
  const auto key = key_of(1);
  const KeyRing ring{{key}, key.kid()};
  EXPECT_EQ(ring.jwks_json(), fmt::format(R"({{"keys":[{{"kty":"OKP","crv":"Ed25519","use":"sig",)"
                                          R"("alg":"EdDSA","kid":"{}","x":"{}"}}]}})",
                                          key.kid(), kX));
  EXPECT_EQ(ring.jwks_json().find(base64url::encode(key.seed().bytes())), std::string::npos);
}

TEST(Jwks, LetsAnotherProcessVerify) {
  const KeyRing ring{{key_of(1), key_of(2)}, key_of(2).kid()};
  const auto verifier = Jwks::parse(ring.jwks_json());
  ASSERT_TRUE(verifier.has_value());
  EXPECT_TRUE(accepts(*verifier, token_of(ring)));
  EXPECT_FALSE(accepts(*verifier, token_of(KeyRing{{key_of(3)}, key_of(3).kid()})));
  EXPECT_EQ(verifier->json(), ring.jwks_json());
}

TEST(Jwks, PassesOverKeysOfOtherKinds) {
  const auto text = fmt::format(
      R"({{"keys":[{{"kty":"RSA","n":"AQAB","e":"AQAB"}},{{"kty":"OKP","crv":"X25519","x":"AA"}},)"
      R"({{"kty":"OKP","crv":"Ed25519","use":"enc"}},{{"kty":"OKP","crv":"Ed25519","alg":"none"}},)"
      R"({}],"more":1}})",
      jwk(key_of(1).kid(), kX));
  const auto verifier = Jwks::parse(text);
  ASSERT_TRUE(verifier.has_value());
  EXPECT_TRUE(accepts(*verifier, token_of(KeyRing{{key_of(1)}, key_of(1).kid()})));
}

TEST(Jwks, RefusesWhatItCannotRead) {
  const std::string keys = R"({"keys":[)";
  for (const auto& text :
       {std::string{}, std::string{"null"}, std::string{"[]"}, std::string{"{}"}, keys,
        std::string{R"({"keys":{}})"}, keys + "]}", keys + "1]}", keys + R"({"kty":"RSA"}]})",
        keys + jwk("", kX) + "]}", keys + jwk("../key", kX) + "]}",
        keys + jwk(std::string(129, 'k'), kX) + "]}", keys + jwk("a", "AA") + "]}",
        keys + jwk("a", kX + "=") + "]}", keys + jwk("a", kX) + "," + jwk("a", kX) + "]}",
        keys + R"({"kty":"OKP","crv":"Ed25519","x":")" + kX + "\"}]}",
        keys + R"({"kty":"OKP","crv":"Ed25519","kid":"a"}]})", keys + jwk("a", kX) + "]}x"}) {
    const auto result = Jwks::parse(text);
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(result.error().code, "invalid_jwks") << text;
  }
}

}  // namespace
}  // namespace souk::security
