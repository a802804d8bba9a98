#include "security/jwt.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include "security/base64url.hpp"
#include "security/token.hpp"

namespace souk::security {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds kNow{1'800'000'000s};
const Expected kExpected{"https://shop.example", "souk"};

SigningKey key_of(std::uint8_t byte) {
  return SigningKey::from_seed(std::vector<std::uint8_t>(32, byte));
}

const SigningKey kKey = key_of(7);

Claims some_claims() {
  return {.iss = kExpected.iss,
          .aud = kExpected.aud,
          .sub = UserId::from("018bcfe5-6800-7abc-8def-0123456789ab"),
          .sid = SessionId::from("018bcfe5-6800-7abc-8def-0123456789ac"),
          .roles = {"customer", "staff"},
          .iat = kNow,
          .nbf = kNow,
          .exp = kNow + 15min,
          .jti = std::nullopt};
}

KeyRing ring() { return KeyRing{{kKey}, kKey.kid()}; }

/// "ok", or the code of the error.
std::string verdict(std::string_view token, Time now = kNow) {
  const auto claims = ring().verify(token, now, kExpected);
  if (claims) return "ok";
  EXPECT_EQ(claims.error().kind, Kind::unauthenticated);
  return claims.error().code;
}

std::string header_json(std::string_view kid = kKey.kid()) {
  return fmt::format(R"({{"alg":"EdDSA","typ":"at+jwt","kid":"{}"}})", kid);
}

/// The payload of a good token, as JSON.
std::string good_payload() {
  const auto token = ring().sign(some_claims());
  const auto first = token.find('.') + 1;
  return *base64url::decode(std::string_view{token}.substr(first, token.rfind('.') - first));
}

/// What someone who has the key could make: any header, any payload, signed correctly.
std::string signed_token(std::string_view header, std::string_view payload) {
  const auto text = base64url::encode(header) + '.' + base64url::encode(payload);
  return text + '.' + base64url::encode(kKey.sign(text));
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what << " in " << text;
  return text.replace(at, what.size(), with);
}

TEST(Jwt, ReadsBackWhatItSigned) {
  auto claims = some_claims();
  EXPECT_EQ(ring().verify(ring().sign(claims), kNow, kExpected).value(), claims);
  claims.jti = "018bcfe5";
  claims.roles.clear();
  EXPECT_EQ(ring().verify(ring().sign(claims), kNow, kExpected).value(), claims);
}

TEST(Jwt, TheHandMadeTokenOfTheseTestsIsGood) {
  EXPECT_EQ(verdict(signed_token(header_json(), good_payload())), "ok");
}

TEST(Jwt, HasTheHeaderOfRfc9068) {
  const auto token = ring().sign(some_claims());
  EXPECT_EQ(base64url::decode(token.substr(0, token.find('.'))), header_json());
}

TEST(Jwt, RefusesAlgNone) {
  for (const auto alg : {"none", "None", "NONE", "nOnE", ""}) {
    const auto header = replaced(header_json(), "EdDSA", alg);
    const auto unsigned_text = base64url::encode(header) + '.' + base64url::encode(good_payload());
    EXPECT_EQ(verdict(unsigned_text + '.'), "invalid_token") << alg;
    EXPECT_EQ(verdict(unsigned_text), "invalid_token") << alg;
    EXPECT_EQ(verdict(signed_token(header, good_payload())), "invalid_token") << alg;
  }
}

TEST(Jwt, RefusesThePublicKeyAsHmacSecret) {
  const auto header = replaced(header_json(), "EdDSA", "HS256");
  const auto text = base64url::encode(header) + '.' + base64url::encode(good_payload());
  std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256(mac.data(), reinterpret_cast<const unsigned char*>(text.data()),
                         text.size(), kKey.public_key().bytes.data());
  EXPECT_EQ(verdict(text + '.' + base64url::encode(mac)), "invalid_token");
}

TEST(Jwt, RefusesEveryOtherHeaderEvenIfSigned) {
  const auto good = header_json();
  for (const auto& header :
       {replaced(good, "EdDSA", "HS256"), replaced(good, "EdDSA", "RS256"),
        replaced(good, "EdDSA", "ES256"), replaced(good, "EdDSA", "eddsa"),
        replaced(good, "EdDSA", "Ed25519"), replaced(good, "at+jwt", "JWT"),
        replaced(good, "at+jwt", "refresh+jwt"), replaced(good, R"("typ":"at+jwt",)", ""),
        replaced(good, R"("alg":"EdDSA",)", ""),
        replaced(good, "{", R"({"jku":"http://127.0.0.1/jwks.json",)"),
        replaced(good, "{", R"({"x5u":"http://127.0.0.1/x5u.pem",)"),
        replaced(good, "{", R"({"jwk":{"kty":"OKP","crv":"Ed25519","x":"AA"},)"),
        replaced(good, "{", R"({"crit":["exp"],)"), replaced(good, "{", R"({"alg":"none",)"),
        replaced(good, "{", "{ "), std::string{"{}"}, std::string{"null"}, std::string{}}) {
    EXPECT_EQ(verdict(signed_token(header, good_payload())), "invalid_token") << header;
  }
}

TEST(Jwt, AKidIsOneOfOursOrNothing) {
  for (const auto kid :
       {"", "../../../../dev/null", "/etc/passwd", "' OR '1'='1", "x' UNION SELECT 'key' --",
        "http://127.0.0.1/key", "*", "\\u0000", "kid\\r\\nX-Injected: 1"}) {
    EXPECT_EQ(verdict(signed_token(header_json(kid), good_payload())), "invalid_token") << kid;
  }
  const auto own = std::string{kKey.kid()};
  EXPECT_EQ(verdict(signed_token(header_json(own.substr(1)), good_payload())), "invalid_token");
  EXPECT_EQ(verdict(signed_token(header_json(own + "A"), good_payload())), "invalid_token");
}

TEST(Jwt, RefusesAKeyThatIsNotOnTheRing) {
  const auto other = key_of(8);
  const auto token = KeyRing{{other}, other.kid()}.sign(some_claims());
  EXPECT_EQ(verdict(token), "invalid_token");
  // … and under the name of one that is.
  const auto text = base64url::encode(header_json()) + '.' + base64url::encode(good_payload());
  EXPECT_EQ(verdict(text + '.' + base64url::encode(other.sign(text))), "invalid_token");
}

TEST(Jwt, EveryCharacterIsSigned) {
  const auto token = ring().sign(some_claims());
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    ASSERT_EQ(verdict(forged), "invalid_token") << i;
  }
}

TEST(Jwt, RefusesATruncatedSignature) {
  const auto token = ring().sign(some_claims());
  for (auto size = token.rfind('.'); size < token.size(); ++size) {
    ASSERT_EQ(verdict(token.substr(0, size)), "invalid_token") << size;
  }
}

TEST(Jwt, RefusesASecondSpellingOfTheSameToken) {
  const auto token = ring().sign(some_claims());
  for (const auto& spelling : {token + "=", token + "==", token + " ", " " + token, token + "\n",
                               token + "AAAA", token + ".", "." + token, token + "." + token,
                               replaced(token, ".", ".."), "Bearer " + token}) {
    EXPECT_EQ(verdict(spelling), "invalid_token") << spelling;
  }
  // The last of the signature's 86 characters has four bits to spare: they must be zero.
  auto last = token;
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  last.back() = kAlphabet[kAlphabet.find(last.back()) + 1];
  EXPECT_EQ(verdict(last), "invalid_token");
}

TEST(Jwt, RefusesWhatIsNoTokenAtAll) {
  SystemRandom random;
  const auto refresh_token = make_token(random);
  for (const auto& text : {std::string{}, std::string{"."}, std::string{".."}, std::string{"a.b.c"},
                           std::string{"\0.\0.\0", 5}, refresh_token,
                           refresh_token + '.' + refresh_token + '.' + refresh_token}) {
    EXPECT_EQ(verdict(text), "invalid_token") << text;
  }
}

TEST(Jwt, RefusesMoreThan8KiBUnread) {
  auto claims = some_claims();
  while (ring().sign(claims).size() < kMaxTokenBytes - 100) claims.roles.push_back("another-role");
  EXPECT_EQ(verdict(ring().sign(claims)), "ok");
  while (ring().sign(claims).size() <= kMaxTokenBytes) claims.roles.push_back("another-role");
  EXPECT_EQ(verdict(ring().sign(claims)), "invalid_token");
}

TEST(Jwt, LivesFromNbfUntilExp) {
  auto claims = some_claims();
  claims.nbf = kNow + 2min;
  const auto token = ring().sign(claims);
  EXPECT_EQ(verdict(token, kNow), "invalid_token");
  EXPECT_EQ(verdict(token, claims.nbf - kClockSkew - 1us), "invalid_token");
  EXPECT_EQ(verdict(token, claims.nbf - kClockSkew), "ok");
  EXPECT_EQ(verdict(token, claims.exp - 1us), "ok");
  EXPECT_EQ(verdict(token, claims.exp), "token_expired");
  EXPECT_EQ(verdict(token, claims.exp + 24h), "token_expired");
}

TEST(Jwt, RefusesATokenFromTheFuture) {
  auto claims = some_claims();
  claims.iat = kNow + kClockSkew + 1s;
  EXPECT_EQ(verdict(ring().sign(claims)), "invalid_token");
}

TEST(Jwt, IsMeantForUsAndFromUs) {
  for (const auto other : {"", "https://shop.example/", "HTTPS://shop.example", "souk "}) {
    auto claims = some_claims();
    claims.iss = other;
    EXPECT_EQ(verdict(ring().sign(claims)), "invalid_token") << other;
    claims = some_claims();
    claims.aud = other;
    EXPECT_EQ(verdict(ring().sign(claims)), "invalid_token") << other;
  }
}

TEST(Jwt, AStrangerLearnsNothingOfExpiry) {
  auto claims = some_claims();
  claims.exp = kNow - 1s;
  claims.aud = "another";
  EXPECT_EQ(verdict(ring().sign(claims)), "invalid_token");
}

TEST(Jwt, EveryClaimIsThereAndOfItsType) {
  const auto good = good_payload();
  const auto change = [&](std::string_view what, std::string_view with) {
    const auto payload = replaced(good, what, with);
    EXPECT_EQ(verdict(signed_token(header_json(), payload)), "invalid_token") << payload;
  };
  for (const auto name : {"iss", "aud", "sub", "sid", "roles", "iat", "nbf", "exp"}) {
    change(fmt::format("\"{}\"", name), "\"other\"");
  }
  change(R"("souk")", R"(["souk"])");
  change("018bcfe5-6800-7abc-8def-0123456789ab", "42");
  change("018bcfe5-6800-7abc-8def-0123456789ac", "../42");
  change(R"(["customer","staff"])", R"("admin")");
  change(R"(["customer","staff"])", R"(["customer",1])");
  change(R"("exp":1800000900)", R"("exp":"1800000900")");
  change(R"("exp":1800000900)", R"("exp":1800000900.5)");
  change(R"("exp":1800000900)", R"("exp":1e400)");
  change(R"("exp":1800000900)", R"("exp":18446744073709551615)");
  change("}", R"(,"jti":7})");
  change("}", "");
  change("}", "}{}");
  for (const auto payload : {"", "null", "[]", "\"\"", "{}"}) {
    EXPECT_EQ(verdict(signed_token(header_json(), payload)), "invalid_token") << payload;
  }
}

}  // namespace
}  // namespace souk::security
