#pragma once

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/sandbox-provider/sandbox_provider.hpp"
#include "core/random.hpp"
#include "http/client.hpp"
#include "testing/run.hpp"
#include "testing/test_database.hpp"

namespace souk::sandbox {

/// A reply of the provider, its JSON read.
struct Reply {
  int status = 0;
  boost::json::value body;

  std::string text(std::string_view member) const {
    return std::string{body.at(member).as_string()};
  }
  std::int64_t number(std::string_view member) const { return body.at(member).as_int64(); }
};

/// A provider with a database of its own per test, and a client that speaks HTTP to it.
class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override { start(); }
  void TearDown() override {
    if (provider) run(provider->stop(std::chrono::milliseconds{500}));
  }

  void start() {
    provider.emplace(loop, clock, ids, ProviderOptions{.database_url = database.app_url()});
    run(provider->start());
    client.emplace(loop, provider->url());
  }
  void restart() {
    client.reset();
    run(provider->stop(std::chrono::milliseconds{500}));
    provider.reset();
    start();
  }

  template <class T>
  T run(Task<T> task) {
    return souk::testing::run(loop, std::move(task));
  }

  Task<Reply> send(http::Method method, std::string target, std::string body = {},
                   std::string key = {}) {
    http::ClientRequest request{
        .method = method, .target = std::move(target), .body = std::move(body)};
    request.deadline = std::chrono::steady_clock::now() + patience;
    if (!key.empty()) request.headers.add("Idempotency-Key", key);
    const auto response = co_await client->request(std::move(request));
    co_return Reply{response.status, boost::json::parse(response.body)};
  }

  Reply get(std::string target) { return run(send(http::Method::get, std::move(target))); }
  Reply post(std::string target, std::string body, std::string key = {}) {
    return run(send(http::Method::post, std::move(target), std::move(body), std::move(key)));
  }

  static std::string charge_body(std::string_view token, std::int64_t amount = 1999) {
    return fmt::format(R"({{"amount":{},"currency":"USD","token":"{}","reference":"order-1"}})",
                       amount, token);
  }
  Reply charge(std::string key, std::string_view token = "tok_visa") {
    return post("/v1/charges", charge_body(token), std::move(key));
  }

  /// What the ledger lists, all of it.
  std::vector<boost::json::value> ledger() {
    const auto page = get("/v1/charges?after=&limit=1000");
    const auto& items = page.body.at("items").as_array();
    return {items.begin(), items.end()};
  }

  souk::testing::TestDatabase database{sandbox_provider_migrations()};
  boost::asio::io_context loop{1};
  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  std::optional<SandboxProvider> provider;
  std::optional<http::Client> client;
  std::chrono::milliseconds patience{5000};
};

}  // namespace souk::sandbox
