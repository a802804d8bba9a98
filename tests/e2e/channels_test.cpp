#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// What a shopper is told beside mails, from the order to the screen.
namespace souk::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A screen that shows GET /events, by curl, until the server ends it.
class Screen {
 public:
  Screen(const std::string& url, const std::string& token, const std::string& last_id = "")
      : command_{fmt::format(
            "curl -sN --max-time 120 -H 'Authorization: Bearer {}' {} '{}/api/v1/events'", token,
            last_id.empty() ? "" : fmt::format("-H 'Last-Event-ID: {}'", last_id), url)},
        reader_{[this] { read(); }} {}

  bool shows(std::string_view what) const {
    return eventually([&] { return text().contains(what); });
  }
  bool ends() const {
    return eventually([&] { return ended_.load(); });
  }
  std::string text() const {
    const std::lock_guard lock{mutex_};
    return text_;
  }
  /// The id that came with `ready`.
  std::string first_id() const {
    const auto shown = text();
    const auto end = shown.find("\nevent: ready");
    const auto start = shown.rfind("id: ", end) + 4;
    return shown.substr(start, end - start);
  }

 private:
  void read() {
    auto* pipe = popen(command_.c_str(), "r");
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
      const std::lock_guard lock{mutex_};
      text_ += static_cast<char>(c);
    }
    pclose(pipe);
    ended_ = true;
  }

  std::string command_;
  mutable std::mutex mutex_;
  std::string text_;
  std::atomic<bool> ended_ = false;
  std::jthread reader_;
};

class ChannelsTest : public ::testing::Test {
 protected:
  ChannelsTest() {
    platform_.start();
    ApiClient admin{platform_.url()};
    admin.log_in_as_admin();
    sku_ = admin.make_product(1900, 100);
    shopper_.emplace(platform_.url());
    shopper_->register_account(email_);
  }

  /// Something that no JSON client sends.
  http::ClientResponse send(http::Method method, const std::string& target,
                            const std::string& body) {
    http::BlockingClient client{platform_.url()};
    http::ClientRequest request{.method = method, .target = target, .body = body};
    if (!body.empty()) request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    return client.request(std::move(request));
  }

  /// The target of the unsubscribe link in one of the shopper's mails; empty while there is none.
  std::string unsubscribe_target() const {
    for (const auto& entry : std::filesystem::directory_iterator{platform_.folder() / "mail"}) {
      std::ifstream file{entry.path(), std::ios::binary};
      const std::string mail{std::istreambuf_iterator<char>{file}, {}};
      const auto header = mail.find("\r\nList-Unsubscribe: ");
      const auto link = mail.find("/api/v1/notifications/unsubscribe?token=", header);
      if (!mail.contains("<" + email_ + ">")) continue;  // the administrator has mail too
      if (header == std::string::npos || link == std::string::npos) continue;
      EXPECT_THAT(mail, HasSubstr("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
      auto target = mail.substr(link, mail.find('>', link) - link);
      std::erase_if(target, [](char c) { return c == '\r' || c == '\n' || c == ' '; });
      return target;
    }
    return {};
  }

  bool prefers(const std::string& kind, const std::string& channel) {
    const auto preferences = shopper_->get("/api/v1/notifications/preferences");
    for (const auto& item : preferences.at("items").as_array()) {
      if (item.at("kind").as_string() == kind && item.at("channel").as_string() == channel)
        return item.at("enabled").as_bool();
    }
    ADD_FAILURE() << kind << " over " << channel << " is not listed";
    return false;
  }

  RunningPlatform platform_{Shape::one_process, {"SOUK_RATE_LIMITS=off"}};
  std::string sku_;
  const std::string email_ = ApiClient::unique_email();
  std::optional<ApiClient> shopper_;
};

TEST_F(ChannelsTest, AnOrderShowsOnTheScreenAndInTheInbox) {
  const Screen screen{platform_.url(), shopper_->token()};
  ASSERT_TRUE(screen.shows("event: ready")) << screen.text();
  const auto order = shopper_->order(sku_, 1);
  ASSERT_EQ(order.status, 201) << order.body;
  EXPECT_TRUE(screen.shows("\"status\": \"confirmed\"")) << screen.text();
  EXPECT_TRUE(screen.shows("event: message")) << screen.text();
  EXPECT_THAT(screen.text(), HasSubstr(order.text("number")));

  const auto inbox = shopper_->get("/api/v1/notifications");
  ASSERT_EQ(inbox.status, 200) << inbox.body;
  EXPECT_EQ(inbox.text("items.0.title"), "Order " + order.text("number"));
  EXPECT_THAT(inbox.text("items.0.text"), HasSubstr("$19.00"));
  const auto unread = inbox.number("unread_count");
  const auto path = "/api/v1/notifications/" + inbox.text("items.0.id") + "/read";
  EXPECT_EQ(shopper_->post(path, boost::json::object{}).status, 200);
  EXPECT_EQ(shopper_->get("/api/v1/notifications").number("unread_count"), unread - 1);
  EXPECT_EQ(shopper_->post("/api/v1/notifications/read-all", boost::json::object{}).status, 200);
  EXPECT_EQ(shopper_->get("/api/v1/notifications").number("unread_count"), 0);

  ApiClient other{platform_.url()};
  other.register_account();
  EXPECT_EQ(other.post(path, boost::json::object{}).status, 404);

  const Screen again{platform_.url(), shopper_->token(), screen.first_id()};
  EXPECT_TRUE(again.shows("\"status\": \"confirmed\"")) << "what was missed is not told";
  EXPECT_EQ(shopper_->post("/api/v1/auth/logout", boost::json::object{}).status, 204);
  EXPECT_TRUE(screen.ends() && again.ends()) << "a stream outlives its session";
  EXPECT_THAT(screen.text(), HasSubstr("session_ended"));
}

TEST_F(ChannelsTest, AStopEndsTheStreamAtOnce) {
  const Screen screen{platform_.url(), shopper_->token()};
  ASSERT_TRUE(screen.shows("event: ready")) << screen.text();
  platform_.stop();
  EXPECT_TRUE(screen.ends());
  EXPECT_THAT(screen.text(), HasSubstr("\"reason\":\"reconnect\""));
}

TEST_F(ChannelsTest, OneClickUnsubscribesWithoutALogin) {
  std::string target;
  ASSERT_TRUE(eventually([&] { return !(target = unsubscribe_target()).empty(); }));
  const auto page = send(http::Method::get, target, "");
  EXPECT_EQ(page.status, 200) << page.body;
  EXPECT_EQ(page.headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("<form method=\"post\">"));
  EXPECT_TRUE(prefers("welcome", "email"));
  EXPECT_EQ(send(http::Method::post, target, "List-Unsubscribe=One-Click").status, 200);
  EXPECT_FALSE(prefers("welcome", "email"));
  EXPECT_EQ(send(http::Method::post, target + "x", "List-Unsubscribe=One-Click").status, 400);
  EXPECT_EQ(send(http::Method::post, "/api/v1/notifications/unsubscribe", "").status, 422);
}

TEST_F(ChannelsTest, PreferencesAndDevices) {
  const auto choose = [&](const char* kind, const char* channel, bool enabled) {
    return shopper_->put(
        "/api/v1/notifications/preferences",
        {{"items", {{{"kind", kind}, {"channel", channel}, {"enabled", enabled}}}}});
  };
  const auto preferences = shopper_->get("/api/v1/notifications/preferences");
  for (const auto& item : preferences.at("items").as_array()) {
    const bool owed = item.at("kind").as_string().starts_with("order_c") ||
                      item.at("kind").as_string().starts_with("refund") ||
                      item.at("kind") == "payment_failed";
    EXPECT_EQ(item.at("always_sent").as_bool(), owed && item.at("channel") == "email") << item;
  }
  EXPECT_FALSE(prefers("order_shipped", "sms"));
  EXPECT_EQ(choose("order_shipped", "sms", true).status, 200);
  EXPECT_TRUE(prefers("order_shipped", "sms"));
  EXPECT_EQ(choose("order_confirmation", "email", false).text("errors.0.field"),
            "items[0].enabled");
  EXPECT_EQ(choose("order_shipped", "pigeon", true).status, 422);
  EXPECT_EQ(choose("password_reset", "email", false).status, 422);

  const auto key = shopper_->get("/api/v1/notifications/push-key").text("public_key");
  EXPECT_EQ(key.size(), 87U);
  const auto web = [&](const std::string& endpoint) {
    return shopper_->post("/api/v1/users/devices",
                          {{"platform", "web"},
                           {"endpoint", endpoint},
                           {"keys", {{"p256dh", key}, {"auth", "AAAAAAAAAAAAAAAAAAAAAA"}}},
                           {"name", "Firefox"}});
  };
  EXPECT_EQ(web("https://127.0.0.1/push").text("errors.0.field"), "endpoint");
  EXPECT_EQ(web("https://[::ffff:7f00:1]/push").status, 422);
  EXPECT_EQ(web("http://push.example/1").status, 422);
  const auto device = web("https://push.example/1");
  ASSERT_EQ(device.status, 201) << device.body;
  EXPECT_EQ(web("https://push.example/1").text("id"), device.text("id"));
  EXPECT_EQ(shopper_->get("/api/v1/users/devices").at("items").as_array().size(), 1U);
  const auto path = "/api/v1/users/devices/" + device.text("id");
  EXPECT_EQ(shopper_->remove(path).status, 204);
  EXPECT_EQ(shopper_->remove(path).status, 404);
  EXPECT_EQ(ApiClient{platform_.url()}.get("/api/v1/users/devices").status, 401);
  EXPECT_EQ(ApiClient{platform_.url()}.get("/api/v1/events").status, 401);
}

}  // namespace
}  // namespace souk::testing
