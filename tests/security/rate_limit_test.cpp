// Identity: guessing passwords. Whoever guesses is slowed down; whoever is guessed at notices
// nothing.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/uri.hpp"
#include "world.hpp"

namespace souk::testing::bad_inputs {
namespace {

constexpr char kAttacker[] = "127.0.0.2";
constexpr char kSprayer[] = "127.0.0.3";
constexpr char kFlooder[] = "127.0.0.4";
constexpr char kThief[] = "127.0.0.5";
constexpr char kImpostor[] = "127.0.0.7";
constexpr char kNobody[] = "127.0.0.6";  ///< whom nobody has anything against

/// A shop with its limits on, and addresses of the loopback network as its visitors.
class RateLimit : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    platform_ = std::make_unique<RunningPlatform>(Shape::one_process);
    platform_->start();
    port_ = http::parse_url(platform_->url()).port;
  }
  static void TearDownTestSuite() { platform_.reset(); }

  static RawReply send(const std::string& from, std::string_view method, std::string_view target,
                       const std::string& body, std::string_view headers = "") {
    RawConnection connection{port_, from};
    connection.send(fmt::format(
        "{} {} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n{}Content-Type: application/json\r\n"
        "Content-Length: {}\r\n\r\n{}",
        method, target, headers, body.size(), body));
    return connection.read();
  }

  static RawReply log_in(const std::string& from, std::string_view email, std::string_view password,
                         std::string_view headers = "") {
    return send(from, "POST", "/api/v1/auth/login",
                fmt::format(R"({{"email":"{}","password":"{}"}})", email, password), headers);
  }

  static RawReply register_account(const std::string& from, std::string_view email) {
    return send(
        from, "POST", "/api/v1/auth/register",
        fmt::format(R"({{"email":"{}","password":"correct horse","full_name":"Victim"}})", email));
  }

  static void expect_slowed_down(const RawReply& reply) {
    expect_problem(reply, 429, "rate_limited");
    const auto wait = header_of(reply, "Retry-After");
    ASSERT_FALSE(wait.empty()) << reply.head;
    EXPECT_GE(std::stoi(wait), 1);
  }

  static inline std::unique_ptr<RunningPlatform> platform_;
  static inline std::uint16_t port_ = 0;
};

TEST_F(RateLimit, BruteForceEndsAndItsVictimLogsInAllTheSame) {
  const auto victim = ApiClient::unique_email();
  const auto session = register_account(kNobody, victim);
  ASSERT_EQ(session.status, 201) << session.body;

  RawReply last;
  int guesses = 0;
  while (last.status != 429 && guesses < 20) {
    // Each guess claims another origin and another spelling of the account.
    const auto header = fmt::format("X-Forwarded-For: 10.0.0.{}\r\n", guesses);
    const auto spelling = guesses % 2 == 0 ? victim : "S" + victim.substr(1);
    last = log_in(kAttacker, spelling, fmt::format("guess number {}", guesses++), header);
  }
  expect_slowed_down(last);
  EXPECT_EQ(guesses, 11);
  expect_slowed_down(
      log_in(kAttacker, victim, "correct horse"));  // not even the right one is told apart

  EXPECT_EQ(log_in(kNobody, victim, "correct horse").status, 200);
  const auto token = fmt::format("Authorization: Bearer {}\r\n",
                                 std::string{json_of(session).at("access_token").as_string()});
  EXPECT_EQ(send(kAttacker, "GET", "/api/v1/users/profile", "", token).status, 200);
  EXPECT_EQ(send(kAttacker, "GET", "/api/v1/products", "").status, 200);
}

TEST_F(RateLimit, AStolenTokenDoesNotGuessThePassword) {
  const auto session = json_of(register_account(kNobody, ApiClient::unique_email()));
  const std::string access{session.at("access_token").as_string()};
  const auto token = fmt::format("Authorization: Bearer {}\r\n", access);
  const auto change = [&](const std::string& from, std::string_view current) {
    const auto body =
        fmt::format(R"({{"current_password":"{}","new_password":"another horse"}})", current);
    return send(from, "POST", "/api/v1/auth/password", body, token);
  };
  RawReply last;
  int guesses = 0;
  while (last.status != 429 && guesses < 20) {
    last = change(kThief, fmt::format("guess number {}", guesses++));
  }
  expect_slowed_down(last);
  EXPECT_EQ(guesses, 11);
  EXPECT_EQ(change(kNobody, "correct horse").status, 200);
}

TEST_F(RateLimit, SprayingOnePasswordOverManyAccountsEnds) {
  const auto victim = ApiClient::unique_email();
  ASSERT_EQ(register_account(kNobody, victim).status, 201);
  RawReply last;
  int guesses = 0;
  while (last.status != 429 && guesses < 120) {
    const auto header = fmt::format("X-Forwarded-For: 10.1.0.{}\r\n", guesses++);
    last = log_in(kSprayer, ApiClient::unique_email(), "Summer2026!", header);
  }
  expect_slowed_down(last);
  EXPECT_GE(guesses, 40);
  EXPECT_EQ(log_in(kNobody, victim, "correct horse").status, 200);
  EXPECT_EQ(send(kSprayer, "GET", "/api/v1/products", "").status, 200);
}

TEST_F(RateLimit, GuestsArriveNoFasterThanAccountsAreOpened) {
  RawReply last;
  int guests = 0;
  while (last.status != 429 && guests < 120) {
    last = send(kImpostor, "POST", "/api/v1/auth/guest",
                fmt::format(R"({{"email":"{}"}})", ApiClient::unique_email()));
    ++guests;
  }
  expect_slowed_down(last);
  EXPECT_GE(guests, 40);
  EXPECT_EQ(send(kNobody, "POST", "/api/v1/auth/guest",
                 fmt::format(R"({{"email":"{}"}})", ApiClient::unique_email()))
                .status,
            201);
}

TEST_F(RateLimit, AFloodFromOneAddressIsThatAddressesOwnLoss) {
  constexpr int kRequests = 2000;
  std::string flood;
  for (int i = 0; i < kRequests; ++i)
    flood += "GET /api/v1/categories HTTP/1.1\r\nHost: shop\r\n\r\n";
  RawConnection connection{port_, kFlooder};
  ASSERT_TRUE(connection.send(flood));
  int served = 0;
  int refused = 0;
  RawReply last_refused;
  for (int i = 0; i < kRequests; ++i) {
    auto reply = connection.read();
    served += reply.status == 200 ? 1 : 0;
    if (reply.status != 429) continue;
    ++refused;
    last_refused = std::move(reply);
  }
  EXPECT_EQ(served + refused, kRequests);
  EXPECT_GE(served, 600);
  ASSERT_GT(refused, 0);
  expect_slowed_down(last_refused);
  EXPECT_EQ(send(kNobody, "GET", "/api/v1/categories", "").status, 200);
}

// Another shop's token is as good as one that anybody made.
TEST_F(RateLimit, ATokenOfAnotherShopIsNoToken) {
  const auto foreign = fmt::format("Authorization: Bearer {}\r\n", world().admin().token());
  expect_problem(send(kNobody, "GET", "/api/v1/users", "", foreign), 401, "invalid_token");
}

}  // namespace
}  // namespace souk::testing::bad_inputs
