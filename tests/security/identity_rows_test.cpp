// Identity: tokens that nobody issued. Times and audiences (which need the shop's own key) are
// checked by pkg/security's tests; here is what an attacker can make.
#include <functional>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "security/base64url.hpp"
#include "tokens.hpp"
#include "world.hpp"

namespace souk::testing::bad_inputs {
namespace {

/// Takes no connection but knows whether one came: where forged headers say that the keys are.
class KeyServer {
 public:
  KeyServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket_, reinterpret_cast<const sockaddr*>(&address), size);
    listen(socket_, 1);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~KeyServer() { close(socket_); }
  KeyServer(const KeyServer&) = delete;

  std::string url() const { return fmt::format("http://127.0.0.1:{}/keys.json", port_); }
  bool was_asked() const {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    return poll(&waiting, 1, 0) > 0;
  }

 private:
  int socket_;
  int port_ = 0;
};

struct Attack {
  TokenParts good;           ///< the shopper's own token
  boost::json::object head;  ///< its header
  std::string public_key;    ///< raw, from /.well-known/jwks.json
  std::string jwks;
  boost::json::string keys_url;  ///< a server of the attacker's
};

struct Row {
  const char* name;
  std::function<std::string(Attack)> token;  ///< what follows "Bearer "
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

boost::json::object with(boost::json::object json, std::string_view name,
                         boost::json::value value) {
  json[name] = std::move(value);
  return json;
}

std::string with_claim(Attack attack, std::string_view name, boost::json::value value) {
  attack.good.payload = encoded(with(decoded(attack.good.payload), name, std::move(value)));
  return attack.good.text();
}

std::string unsigned_as(Attack attack, std::string_view algorithm) {
  return fmt::format("{}.{}.", encoded(with(attack.head, "alg", boost::json::string{algorithm})),
                     attack.good.payload);
}

std::string hmac_with_kid(const Attack& attack, std::string_view kid, std::string_view key) {
  return hmac_signed(attack.good,
                     with(with(attack.head, "alg", "HS256"), "kid", boost::json::string{kid}), key);
}

const Row kRows[] = {
    {"alg_none", [](Attack a) { return unsigned_as(std::move(a), "none"); }},
    {"alg_none_spelled", [](Attack a) { return unsigned_as(std::move(a), "nOnE"); }},
    {"alg_empty", [](Attack a) { return unsigned_as(std::move(a), ""); }},
    {"alg_none_with_the_signature",
     [](Attack a) { return unsigned_as(a, "none") + a.good.signature; }},
    {"hmac_with_the_public_key",
     [](Attack a) { return hmac_signed(a.good, with(a.head, "alg", "HS256"), a.public_key); }},
    {"hmac_with_the_key_set",
     [](Attack a) { return hmac_signed(a.good, with(a.head, "alg", "HS256"), a.jwks); }},
    {"hmac_with_no_key",
     [](Attack a) { return hmac_signed(a.good, with(a.head, "alg", "HS256"), ""); }},
    {"hmac_as_eddsa", [](Attack a) { return hmac_signed(a.good, a.head, a.public_key); }},
    {"kid_traversal", [](Attack a) { return hmac_with_kid(a, "../../../../../../dev/null", ""); }},
    {"kid_absolute",
     [](Attack a) { return hmac_with_kid(a, "/proc/sys/kernel/randomize_va_space", "2\n"); }},
    {"kid_sql", [](Attack a) { return hmac_with_kid(a, "x' UNION SELECT 'key' --", "key"); }},
    {"kid_command", [](Attack a) { return hmac_with_kid(a, "key;touch /tmp/owned", "key"); }},
    {"kid_empty", [](Attack a) { return self_signed(a.good, with(a.head, "kid", "")); }},
    {"kid_missing",
     [](Attack a) {
       a.head.erase("kid");
       return self_signed(a.good, a.head);
     }},
    {"jku", [](Attack a) { return self_signed(a.good, with(a.head, "jku", a.keys_url)); }},
    {"x5u", [](Attack a) { return self_signed(a.good, with(a.head, "x5u", a.keys_url)); }},
    {"jwk",
     [](Attack a) {
       const auto key = security::base64url::encode(std::string(32, 'k'));
       return self_signed(
           a.good, with(a.head, "jwk",
                        boost::json::object{{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", key}}));
     }},
    {"crit",
     [](Attack a) { return self_signed(a.good, with(a.head, "crit", boost::json::array{"exp"})); }},
    {"self_made_key", [](Attack a) { return self_signed(a.good, a.head); }},
    {"self_made_kid", [](Attack a) { return self_signed(a.good, with(a.head, "kid", "mine")); }},
    {"more_roles",
     [](Attack a) { return with_claim(a, "roles", boost::json::array{"customer", "admin"}); }},
    {"another_account",
     [](Attack a) { return with_claim(a, "sub", "00000000-0000-7000-8000-000000000001"); }},
    {"a_longer_life", [](Attack a) { return with_claim(a, "exp", 4102444800); }},
    {"another_audience", [](Attack a) { return with_claim(a, "aud", "other"); }},
    {"another_issuer", [](Attack a) { return with_claim(a, "iss", "https://evil.example"); }},
    {"truncated_signature",
     [](Attack a) {
       a.good.signature.resize(40);
       return a.good.text();
     }},
    {"one_character_less",
     [](Attack a) {
       a.good.signature.pop_back();
       return a.good.text();
     }},
    {"flipped_bit",
     [](Attack a) {
       a.good.signature[10] = a.good.signature[10] == 'A' ? 'B' : 'A';
       return a.good.text();
     }},
    {"no_signature", [](Attack a) { return a.good.signed_text() + "."; }},
    {"two_parts", [](Attack a) { return a.good.signed_text(); }},
    {"four_parts", [](Attack a) { return a.good.text() + ".e30"; }},
    {"padded", [](Attack a) { return a.good.text() + "=="; }},
    {"two_tokens", [](Attack a) { return a.good.text() + ", Bearer " + a.good.text(); }},
    {"nothing", [](Attack) { return std::string{}; }},
    {"dots", [](Attack) { return std::string{".."}; }},
    {"nine_kilobytes", [](Attack a) { return a.good.text() + std::string(9'000, 'A'); }},
    {"a_refresh_token",
     [](Attack) { return std::string{world().new_session().at("refresh_token").as_string()}; }},
};

class TokenRow : public ::testing::TestWithParam<Row> {
 protected:
  static void SetUpTestSuite() { keys_ = std::make_unique<KeyServer>(); }
  static void TearDownTestSuite() { keys_.reset(); }

  static Attack attack() {
    const auto published =
        world().exchange(world().request(Caller::visitor, "GET", "/.well-known/jwks.json", ""));
    const auto key = json_of(published).at("keys").at(0).at("x").as_string();
    Attack attack{split(world().shopper().token()),
                  {},
                  {},
                  published.body,
                  boost::json::string{keys_->url()}};
    attack.head = decoded(attack.good.header);
    attack.public_key = security::base64url::decode(key).value();
    return attack;
  }

  static RawReply profile_with(std::string_view authorization) {
    const auto header = fmt::format("Authorization: {}\r\n", authorization);
    return world().exchange(
        world().request(Caller::visitor, "GET", "/api/v1/users/profile", "", header));
  }

  static inline std::unique_ptr<KeyServer> keys_;
};

TEST_P(TokenRow, Is401) {
  const auto reply = profile_with("Bearer " + GetParam().token(attack()));
  expect_problem(reply, 401, "invalid_token");
  EXPECT_TRUE(header_of(reply, "WWW-Authenticate").starts_with("Bearer")) << reply.head;
  EXPECT_FALSE(keys_->was_asked());
  EXPECT_EQ(profile_with("Bearer " + world().shopper().token()).status, 200);
}

INSTANTIATE_TEST_SUITE_P(Security, TokenRow, ::testing::ValuesIn(kRows),
                         [](const auto& each) { return std::string{each.param.name}; });

struct SchemeTest : TokenRow {};

TEST_F(SchemeTest, OnlyBearerInTheHeaderCounts) {
  const auto& token = world().shopper().token();
  for (const auto& scheme : {"Basic YWRtaW46YWRtaW4=", "Token x", "Bearer"}) {
    expect_problem(profile_with(scheme), 401, "invalid_token");
  }
  const auto in_query = fmt::format("/api/v1/users/profile?access_token={}", token);
  expect_problem(world().exchange(world().request(Caller::visitor, "GET", in_query, "")), 401,
                 "unauthenticated");
  const auto cookie = fmt::format("Cookie: access_token={}; session={}\r\n", token, token);
  expect_problem(world().exchange(
                     world().request(Caller::visitor, "GET", "/api/v1/users/profile", "", cookie)),
                 401, "unauthenticated");
}

}  // namespace
}  // namespace souk::testing::bad_inputs
