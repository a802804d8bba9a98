#include "security/token.hpp"

#include <set>

#include <gtest/gtest.h>

#include "security/base64url.hpp"
#include "security/signer.hpp"

namespace souk::security {
namespace {

using namespace std::string_literals;

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

SecretKey key_of(std::uint8_t byte) { return SecretKey{std::vector<std::uint8_t>(32, byte)}; }

TEST(Base64Url, ReadsBackWhatItWrites) {
  const std::pair<std::string, std::string> table[] = {
      {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"\xfb\xff", "-_8"}, {"\0\0"s, "AAA"}};
  for (const auto& [bytes, text] : table) {
    EXPECT_EQ(base64url::encode(bytes), text);
    EXPECT_EQ(base64url::decode(text), bytes);
  }
}

TEST(Base64Url, RefusesASecondSpelling) {
  for (const auto& text : {"Zg=="s, "Zh"s, "Zm9"s, "Z"s, "+/8"s, "Zm9v\n"s, " Zm9v"s, "Zm 9v"s,
                           "Zm9v\0"s, "Zm9v."s, "Zm9\xc3\xa4"s}) {
    EXPECT_FALSE(base64url::decode(text).has_value()) << text;
  }
}

TEST(Token, Is256BitsOfRandomness) {
  SystemRandom random;
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i) tokens.insert(make_token(random));
  EXPECT_EQ(tokens.size(), 1000u);
  EXPECT_EQ(base64url::decode(*tokens.begin())->size(), 32u);
}

TEST(Token, TheDigestIsSha256) {
  EXPECT_EQ(hex(token_digest("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_NE(token_digest("abc"), token_digest("abd"));
}

TEST(ConstantTimeEqual, ComparesEveryByteAndTheLength) {
  EXPECT_TRUE(constant_time_equal("secret", "secret"));
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_FALSE(constant_time_equal("secret", "secreT"));
  EXPECT_FALSE(constant_time_equal("secret", "Secret"));
  EXPECT_FALSE(constant_time_equal("secret", "secre"));
  EXPECT_FALSE(constant_time_equal("", "s"));
}

TEST(SecretKey, HasExactly32Bytes) {
  EXPECT_THROW(SecretKey{std::vector<std::uint8_t>(31)}, Error);
  EXPECT_THROW(SecretKey{std::vector<std::uint8_t>(33)}, Error);
}

TEST(Signer, OpensWhatItSealed) {
  const Signer signer{key_of(1), "page-token"};
  for (const auto& bytes : {""s, "order=created_at;after=42"s, "\0\xff"s}) {
    EXPECT_EQ(signer.open(signer.seal(bytes)), bytes);
    EXPECT_TRUE(signer.verify(bytes, signer.sign(bytes)));
  }
}

TEST(Signer, RefusesEveryChangedCharacter) {
  const Signer signer{key_of(1), "page-token"};
  const auto sealed = signer.seal("after=42");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto forged = sealed;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(signer.open(forged).has_value()) << i;
    EXPECT_FALSE(signer.open(sealed.substr(0, i)).has_value()) << i;
  }
  EXPECT_FALSE(signer.open(sealed + "A").has_value());
  EXPECT_FALSE(signer.open(sealed + "=").has_value());
}

TEST(Signer, RefusesWhatWasSignedElsewhere) {
  const Signer signer{key_of(1), "page-token"};
  const auto sealed = signer.seal("after=42");
  EXPECT_FALSE((Signer{key_of(2), "page-token"}.open(sealed)).has_value());
  EXPECT_FALSE((Signer{key_of(1), "identity"}.open(sealed)).has_value());
  EXPECT_FALSE(signer.verify("after=42", signer.sign("after=43")));
  EXPECT_FALSE(signer.verify("after=42", ""));
}

}  // namespace
}  // namespace souk::security
