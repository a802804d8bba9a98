#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/blocking_client.hpp"
#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// SIGTERM while clients are at it: whatever was accepted is answered, and the exit code is 0.
namespace souk::testing {
namespace {

using namespace std::chrono_literals;

/// Sends one request after the other over kept connections until the platform is gone, and counts answers.
class Client {
 public:
  Client(std::string url, std::string token, std::string sku)
      : thread_{[this, url = std::move(url), token = std::move(token), sku = std::move(sku)] {
          run(url, token, sku);
        }} {}
  ~Client() {
    if (thread_.joinable()) thread_.join();
  }

  void join() { thread_.join(); }
  bool has_begun() const { return answered_ > 0; }

  /// By status; "reset: …" for what was sent and got no answer. Once joined.
  const std::map<std::string, int>& outcomes() const { return outcomes_; }
  /// Whether an answer asked it to close the connection. Once joined.
  bool was_asked_to_leave() const { return asked_to_leave_; }

 private:
  void run(const std::string& url, const std::string& token, const std::string& sku) {
    http::BlockingClient client{url};
    for (bool there = true; there; ++turn_) {
      try {
        const auto reply = client.request(next(token, sku));
        ++outcomes_[std::to_string(reply.status)];
        ++answered_;
        asked_to_leave_ |= reply.headers.get("Connection") == "close";
      } catch (const http::ClientError& error) {
        there = false;
        if (error.delivery == http::Delivery::unknown) ++outcomes_["reset: " + error.cause];
      }
    }
  }

  http::ClientRequest next(const std::string& token, const std::string& sku) const {
    http::ClientRequest request;
    request.deadline = std::chrono::steady_clock::now() + 30s;
    request.headers.add("Authorization", "Bearer " + token);
    if (turn_ % 3 == 0) {
      request.method = http::Method::post;
      request.target = "/api/v1/orders";
      request.body = boost::json::serialize(ApiClient::order_of(sku, 1));
      request.headers.add("Content-Type", "application/json");
      request.headers.add("Idempotency-Key", ApiClient::unique_key());
    } else {
      request.target = turn_ % 3 == 1 ? "/api/v1/orders" : "/api/v1/products";
    }
    return request;
  }

  int turn_ = 0;
  std::atomic<int> answered_{0};
  std::map<std::string, int> outcomes_;
  bool asked_to_leave_ = false;
  std::thread thread_;
};

class Shutdown : public ::testing::TestWithParam<Shape> {};

TEST_P(Shutdown, AnswersWhateverItAccepted) {
  RunningPlatform platform{GetParam(), {"SOUK_RATE_LIMITS=off"}};
  platform.start();
  std::string sku;
  std::string token;
  {
    ApiClient admin{platform.url()};
    admin.log_in_as_admin();
    sku = admin.make_product(700, 1'000'000);
    ApiClient shopper{platform.url()};
    shopper.register_account();
    token = shopper.token();
  }
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 24; ++i)
    clients.push_back(std::make_unique<Client>(platform.url(), token, sku));
  ASSERT_TRUE(eventually(
      [&] { return std::ranges::all_of(clients, [](const auto& c) { return c->has_begun(); }); },
      60s));

  EXPECT_EQ(platform.stop(), 0);
  int asked_to_leave = 0;
  std::map<std::string, int> outcomes;
  for (auto& client : clients) {
    client->join();
    asked_to_leave += client->was_asked_to_leave() ? 1 : 0;
    for (const auto& [outcome, count] : client->outcomes()) outcomes[outcome] += count;
  }
  for (const auto& [outcome, count] : outcomes) {
    EXPECT_TRUE(outcome == "200" || outcome == "201" || outcome == "202" || outcome == "503")
        << count << " x " << outcome;
    RecordProperty("answers_" + outcome.substr(0, 5), count);
  }
  EXPECT_GT(outcomes["201"], 0);
  EXPECT_EQ(asked_to_leave, static_cast<int>(clients.size()));

  // And it finds itself well again.
  platform.start();
  ApiClient shopper{platform.url()};
  shopper.use_token(token);
  EXPECT_EQ(shopper.order(sku, 1).status, 201);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Shutdown,
                         ::testing::Values(Shape::one_process, Shape::seven_processes));

}  // namespace
}  // namespace souk::testing
