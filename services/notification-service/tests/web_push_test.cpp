#include "internal/providers/web_push.hpp"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "http/public_address.hpp"
#include "internal/providers/web_push_message.hpp"
#include "provider_fakes.hpp"
#include "security/base64url.hpp"
#include "testing/scratch.hpp"

namespace souk::notification::testing {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using security::base64url::decode;

// The example of RFC 8291, appendix A: same keys, same salt, same bytes.
TEST(WebPushMessage, IsTheExampleOfTheRfc) {
  const auto once =
      P256KeyPair::from_private(bytes(*decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")));
  ASSERT_TRUE(once);
  EXPECT_EQ(
      security::base64url::encode(once->public_point()),
      "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
  const auto record = encrypt_push(
      "When I grow up, I want to be a watermelon",
      *decode("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIA"
              "iw4"),
      *decode("BTBZMqHH6r4Tts7J_aSIgg"), *once, bytes(*decode("DGv6ra1nlYgDCS1FRnbzlw")));
  EXPECT_EQ(
      security::base64url::encode(record),
      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInm"
      "YWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQe"
      "xSgSxsj_Qulcy4a-fN");
}

TEST(P256, RefusesWhatIsNoKey) {
  EXPECT_FALSE(P256KeyPair::from_private(std::vector<std::uint8_t>(32, 0)));
  EXPECT_FALSE(P256KeyPair::from_private(std::vector<std::uint8_t>(32, 0xff)));
  EXPECT_FALSE(P256KeyPair::from_private(std::vector<std::uint8_t>(31, 1)));
  SystemRandom random;
  const auto pair = P256KeyPair::generate(random);
  auto off_curve = pair.public_point();
  off_curve.back() = static_cast<char>(off_curve.back() ^ 1);
  EXPECT_FALSE(pair.agree(off_curve));
  EXPECT_FALSE(pair.agree(pair.public_point().substr(1)));
  const auto other = P256KeyPair::generate(random);
  const auto a = pair.agree(other.public_point());
  const auto b = other.agree(pair.public_point());
  ASSERT_TRUE(a && b);
  EXPECT_TRUE(std::ranges::equal(a->bytes(), b->bytes()));
}

class WebPushTest : public ProvidersTest {
 protected:
  WebPushTest() { push.use(P256KeyPair::generate(world.random)); }

  Device device() {
    return {.id = DeviceId{world.ids.next()},
            .user = {},
            .platform = Platform::web,
            .address = service.url() + "/send/abc?token=t%2F1",
            .p256dh = bytes(browser.public_point()),
            .auth = bytes("0123456789abcdef"),
            .name = {},
            .created_at = {}};
  }
  static Notice notice() {
    return {.id = "0190a5f0-0000-7000-8000-000000000001",
            .kind = "order_shipped",
            .title = "Order S-1 is on its way",
            .text = "Grüße & \"Pakete\"",
            .url = "https://shop.example"};
  }
  Reach send() { return world.run(push.send(device(), notice(), soon())); }

  /// What http_ece and jose see in the last request.
  json::value as_browser() {
    const auto& request = service.requests.back();
    const souk::testing::ScratchFolder folder;
    const auto file = folder.path() / "request.json";
    std::ofstream{file} << json::serialize(json::object{
        {"body", hex(request.body)},
        {"authorization", *request.headers.get("Authorization")},
        {"private", hex({reinterpret_cast<const char*>(browser.private_bytes().data()), 32})},
        {"auth", hex("0123456789abcdef")}});
    const auto command = fmt::format("node '{}' '{}'", SOUK_WEB_PUSH_CHECK, file.string());
    auto* pipe = popen(command.c_str(), "r");
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
    EXPECT_EQ(pclose(pipe), 0) << text;
    return json::parse(text);
  }

  Recorder service{world.loop, world.clock};
  P256KeyPair browser = P256KeyPair::generate(world.random);
  WebPush push{world.loop,
               world.clock,
               world.random,
               {.subject = "mailto:shop@example.org", .private_too = true}};
};

TEST_F(WebPushTest, ABrowserReadsItAndAPushServiceKnowsUs) {
  service.status = 201;
  EXPECT_EQ(send(), Reach::delivered);
  const auto& request = service.requests.back();
  EXPECT_EQ(request.method, http::Method::post);
  EXPECT_EQ(request.path + '?' + request.query, "/send/abc?token=t%2F1");
  EXPECT_EQ(request.headers.get("TTL"), "86400");
  EXPECT_EQ(request.headers.get("Urgency"), "normal");
  EXPECT_EQ(request.headers.get("Content-Encoding"), "aes128gcm");
  EXPECT_EQ(request.headers.get("Topic"), "0190a5f0000070008000000000000001");
  const auto seen = as_browser();
  EXPECT_EQ(seen.at("browser_key").as_string(), hex(browser.public_point()));
  const auto message = json::parse(seen.at("text").as_string());
  EXPECT_EQ(message.at("title").as_string(), "Order S-1 is on its way");
  EXPECT_EQ(message.at("text").as_string(), "Grüße & \"Pakete\"");
  const auto& claims = seen.at("claims");
  EXPECT_EQ(claims.at("aud").as_string(), service.url());
  EXPECT_EQ(claims.at("sub").as_string(), "mailto:shop@example.org");
  const auto now = std::chrono::floor<std::chrono::seconds>(world.clock.now()).time_since_epoch();
  const auto lives = claims.at("exp").as_int64() - now.count();
  EXPECT_GT(lives, 0);
  EXPECT_LE(lives, 24 * 3600);
}

TEST_F(WebPushTest, EachMessageHasAKeyAndASaltOfItsOwn) {
  send();
  send();
  EXPECT_NE(service.requests[0].body.substr(0, 16), service.requests[1].body.substr(0, 16));
  EXPECT_NE(service.requests[0].body.substr(21, 65), service.requests[1].body.substr(21, 65));
}

TEST_F(WebPushTest, WhatThePushServiceAnswers) {
  for (const int gone : {404, 410}) {
    service.status = gone;
    EXPECT_EQ(send(), Reach::gone) << gone;
  }
  service.status = 429;
  service.retry_after = "30";
  const auto busy = refused([&] { send(); });
  EXPECT_EQ(busy.kind, Kind::rate_limited);
  EXPECT_EQ(busy.retry_after, 30s);
  service.status = 503;
  EXPECT_EQ(refused([&] { send(); }).kind, Kind::unavailable);
  service.status = 413;
  EXPECT_EQ(refused([&] { send(); }).kind, Kind::validation);
  service.status = 201;
  service.retry_after.clear();
  EXPECT_EQ(send(), Reach::delivered);
}

TEST_F(WebPushTest, AStrangerCannotHaveUsTalkToOurOwnNetwork) {
  WebPush strict{world.loop, world.clock, world.random, {.subject = "mailto:a@b.c"}};
  strict.use(P256KeyPair::generate(world.random));
  auto target = device();
  const auto code = [&](const std::string& endpoint) {
    target.address = endpoint;
    return refused([&] { world.run(strict.send(target, notice(), soon())); }).code;
  };
  const auto port = std::to_string(service.port());
  for (const std::string host : {"127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]",
                                 "[::ffff:7f00:1]", "[fd00::1]", "0.0.0.0", "a.localhost"}) {
    EXPECT_EQ(code("https://" + host + ":" + port + "/x"), "validation_failed") << host;
  }
  EXPECT_EQ(code(service.url() + "/x"), "validation_failed") << "no TLS";
  for (const std::string other : {"ftp://push.example/x", "https://u:p@push.example/x",
                                  "https://push.example/x#f", "https://push.example/a b", "push"}) {
    EXPECT_EQ(code(other), "validation_failed") << other;
  }
  // Written otherwise it is a name, and the connection is not made.
  EXPECT_EQ(code("https://2130706433:" + port + "/x"), "upstream_unavailable");
  EXPECT_TRUE(service.requests.empty());
}

TEST(PublicAddress, KnowsWhatIsNot) {
  for (const auto* special : {"0.1.2.3",
                              "10.1.2.3",
                              "100.64.0.1",
                              "127.9.9.9",
                              "169.254.1.1",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.1",
                              "192.0.2.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.1",
                              "203.0.113.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fc00::1",
                              "ff02::1",
                              "::ffff:8.8.8.8",
                              "64:ff9b::808:808",
                              "2001:db8::1",
                              "2001::1",
                              "2002:808:808::1",
                              "text"}) {
    EXPECT_FALSE(http::is_public_address(special)) << special;
  }
  for (const auto* fine :
       {"8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "223.255.255.255",
        "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888"}) {
    EXPECT_TRUE(http::is_public_address(fine)) << fine;
  }
}

}  // namespace
}  // namespace souk::notification::testing
