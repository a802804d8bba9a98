#include "internal/providers/fcm.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "provider_fakes.hpp"
#include "security/base64url.hpp"
#include "testing/scratch.hpp"

namespace souk::notification::testing {
namespace {

namespace json = boost::json;
using security::base64url::decode;

/// Google's token endpoint and FCM's, as strict as they are: a token for a good assertion only, a message
/// for a good token only, and no member that the API does not have.
class FcmTest : public ProvidersTest {
 protected:
  FcmTest() {
    google.script = [this](const http::Request& request) {
      return request.path == "/token" ? give_token(request) : take_message(request);
    };
    std::ofstream{file()} << json::serialize(json::object{{"type", "service_account"},
                                                          {"project_id", "shop-1"},
                                                          {"private_key_id", "key-1"},
                                                          {"private_key", pem()},
                                                          {"client_email", "push@shop-1.example"},
                                                          {"token_uri", google.url() + "/token"}});
    fcm.emplace(world.loop, world.clock, ServiceAccount::read(file()), google.url());
  }

  std::filesystem::path file() const { return folder.path() / "account.json"; }

  std::string pem() const {
    const std::unique_ptr<BIO, int (*)(BIO*)> out{BIO_new(BIO_s_mem()), BIO_free};
    PEM_write_bio_PrivateKey(out.get(), rsa.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }

  static http::Response google_error(int status, const std::string& name,
                                     const std::string& code = "") {
    json::object error{{"code", status}, {"message", "refused"}, {"status", name}};
    if (!code.empty()) {
      error["details"] = json::array{json::object{
          {"@type", "type.googleapis.com/google.firebase.fcm.v1.FcmError"}, {"errorCode", code}}};
    }
    return http::json_response(status, json::serialize(json::object{{"error", error}}));
  }

  bool is_signed(std::string_view assertion) const {
    const auto dot = assertion.rfind('.');
    const auto signature = decode(assertion.substr(dot + 1));
    const auto text = assertion.substr(0, dot);
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest{EVP_MD_CTX_new(),
                                                                    EVP_MD_CTX_free};
    EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, rsa.get());
    return signature &&
           EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char*>(signature->data()),
                            signature->size(), reinterpret_cast<const unsigned char*>(text.data()),
                            text.size()) == 1;
  }

  bool is_good(const std::string& assertion) const {
    const auto first = assertion.find('.');
    const auto last = assertion.rfind('.');
    const auto head = json::parse(*decode(assertion.substr(0, first)));
    const auto claims = json::parse(*decode(assertion.substr(first + 1, last - first - 1)));
    const auto now = std::chrono::floor<std::chrono::seconds>(world.clock.now());
    const auto issued = claims.at("iat").as_int64();
    return is_signed(assertion) && head.at("alg") == "RS256" && head.at("kid") == "key-1" &&
           claims.at("iss") == "push@shop-1.example" &&
           claims.at("aud").as_string() == google.url() + "/token" &&
           claims.at("scope") == "https://www.googleapis.com/auth/firebase.messaging" &&
           std::abs(issued - now.time_since_epoch().count()) < 60 &&
           claims.at("exp").as_int64() - issued <= 3600;
  }

  http::Response give_token(const http::Request& request) {
    std::map<std::string, std::string> form;
    for (const auto& [name, value] : http::parse_query(request.body)) form[name] = value;
    if (form.size() != 2 || form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer" ||
        !is_good(form["assertion"])) {
      return http::json_response(400, R"({"error":"invalid_grant"})");
    }
    token = "ya29." + std::to_string(++tokens);
    return http::json_response(
        200, json::serialize(json::object{
                 {"access_token", token}, {"expires_in", token_lives}, {"token_type", "Bearer"}}));
  }

  http::Response take_message(const http::Request& request) {
    if (request.path != "/v1/projects/shop-1/messages:send") return google_error(404, "NOT_FOUND");
    if (request.headers.get("Authorization") != "Bearer " + token)
      return google_error(401, "UNAUTHENTICATED");
    const auto body = json::parse(request.body).as_object();
    const auto& message = body.at("message").as_object();
    bool known = body.size() == 1;
    for (const auto& [name, value] : message) {
      known = known && (name == "token" || name == "notification" || name == "data" ||
                        name == "android" || name == "apns");
    }
    for (const auto& [name, value] : message.at("data").as_object()) {
      known = known && value.is_string();
    }
    if (!known) return google_error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT");
    const auto address = std::string{message.at("token").as_string()};
    if (address == "gone") return google_error(404, "NOT_FOUND", "UNREGISTERED");
    if (address == "busy") return google_error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED");
    if (address == "down") return google_error(503, "UNAVAILABLE", "UNAVAILABLE");
    messages.push_back(message);
    return http::json_response(200, R"({"name":"projects/shop-1/messages/1"})");
  }

  Reach send(const std::string& address) {
    Device device;
    device.platform = Platform::fcm;
    device.address = address;
    return world.run(fcm->send(
        device,
        {.id = "m1", .kind = "refund", .title = "Title", .text = "Text", .url = "https://s"},
        soon()));
  }

  const souk::testing::ScratchFolder folder;
  std::shared_ptr<EVP_PKEY> rsa{EVP_RSA_gen(2048), EVP_PKEY_free};
  Recorder google{world.loop, world.clock};
  std::string token = "none yet";
  int tokens = 0;
  int token_lives = 3599;
  std::vector<json::object> messages;
  std::optional<Fcm> fcm;
};

TEST_F(FcmTest, OneTokenServesManyMessages) {
  EXPECT_EQ(send("app"), Reach::delivered);
  EXPECT_EQ(send("app"), Reach::delivered);
  EXPECT_EQ(tokens, 1);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].at("notification").at("title").as_string(), "Title");
  EXPECT_EQ(messages[0].at("notification").at("body").as_string(), "Text");
  EXPECT_EQ(messages[0].at("data").at("kind").as_string(), "refund");
}

TEST_F(FcmTest, ATokenThatEndsIsReplaced) {
  token_lives = 30;
  send("app");
  send("app");
  EXPECT_EQ(tokens, 2);
}

TEST_F(FcmTest, ATokenThatWasTakenBackIsReplaced) {
  send("app");
  token = "another";
  EXPECT_EQ(refused([&] { send("app"); }).kind, Kind::unavailable);
  EXPECT_EQ(send("app"), Reach::delivered);
  EXPECT_EQ(tokens, 2);
}

TEST_F(FcmTest, WhatFcmAnswers) {
  EXPECT_EQ(send("gone"), Reach::gone);
  EXPECT_EQ(refused([&] { send("busy"); }).kind, Kind::rate_limited);
  EXPECT_EQ(refused([&] { send("down"); }).kind, Kind::unavailable);
  EXPECT_EQ(send("app"), Reach::delivered);
}

TEST_F(FcmTest, AFileThatIsNoServiceAccountEndsTheStart) {
  std::ofstream{file()} << "{}";
  EXPECT_EQ(refused([&] { (void)ServiceAccount::read(file()); }).code, "invalid_setting");
  EXPECT_EQ(refused([&] { (void)ServiceAccount::read(folder.path() / "none"); }).code,
            "invalid_setting");
}

}  // namespace
}  // namespace souk::notification::testing
