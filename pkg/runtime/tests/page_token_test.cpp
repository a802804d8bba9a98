#include "runtime/page_token.hpp"

#include <array>

#include <gtest/gtest.h>

namespace souk::runtime {
namespace {

using Keys = std::vector<std::string>;

class PageTokenTest : public testing::Test {
 protected:
  static void expect_refused(const PageTokens& tokens, std::string_view list,
                             const std::string& token) {
    try {
      tokens.read(list, token);
      ADD_FAILURE() << "accepted: " << token;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Kind::malformed);
      EXPECT_EQ(error.code, "invalid_page_token");
    }
  }

  std::array<std::uint8_t, 32> key_{1, 2, 3};
  std::array<std::uint8_t, 32> other_key_{3, 2, 1};
  PageTokens tokens_{key_};
};

TEST_F(PageTokenTest, GivesBackWhatWasPutIn) {
  EXPECT_EQ(tokens_.read("orders", ""), std::nullopt);
  for (const Keys& after : {Keys{}, Keys{"a"}, Keys{"", "späť", std::string(300, 'x')}}) {
    if (after.empty()) continue;
    EXPECT_EQ(tokens_.read("orders", tokens_.make("orders", after)), after);
  }
}

TEST_F(PageTokenTest, RefusesOtherListsAndOtherKeys) {
  const auto token = tokens_.make("orders user=7", {"a"});
  expect_refused(tokens_, "orders user=8", token);
  expect_refused(tokens_, "", token);
  expect_refused(PageTokens{other_key_}, "orders user=7", token);
}

TEST_F(PageTokenTest, RefusesEveryChangedCharacterAndEveryOtherSpelling) {
  const auto token = tokens_.make("orders", {"2026-01-01", "7"});
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    expect_refused(tokens_, "orders", forged);
    expect_refused(tokens_, "orders", token.substr(0, i) + (i == 0 ? "=" : ""));
  }
  for (const auto* added : {"A", "=", " ", "\n"}) expect_refused(tokens_, "orders", token + added);
  expect_refused(tokens_, "orders", "../../etc/passwd");
  expect_refused(tokens_, "orders", std::string(2048, 'A'));
}

}  // namespace
}  // namespace souk::runtime
