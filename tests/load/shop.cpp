#include "shop.hpp"

#include <fstream>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/uuid.hpp"

namespace souk::load {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

/// Enough to keep both ends busy.
constexpr std::size_t kProductsAtOnce = 16;
/// Passwords are hashed by two workers with a bounded queue: more at once would be turned away.
constexpr std::size_t kPasswordsAtOnce = 4;

/// Sets the names of one run apart from those of another on the same data.
std::string unique() {
  SystemClock clock;
  SystemRandom random;
  return IdGenerator{clock, random}.next().str().substr(24);
}

json::value expect(const http::ClientResponse& reply, int status, std::string_view what) {
  if (reply.status == status) return json::parse(reply.body);
  throw std::runtime_error{fmt::format("{}: {} {}", what, reply.status, reply.body)};
}

Task<Shop::Product> make_product(http::Client& client, const std::string& token, std::string sku) {
  const json::value product{
      {"name", "Benchmark product " + sku},
      {"description", std::string(400, 'x')},  // about what the demo shop's have
      {"status", "active"},
      {"variants", {{{"sku", sku}, {"price", {{"amount", 1999}, {"currency", "USD"}}}}}}};
  const auto made = expect(
      co_await send(client, http::Method::post, "/products", json::serialize(product), token), 201,
      "product");
  expect(co_await send(client, http::Method::put, "/inventory/" + sku,
                       json::serialize(json::value{{"on_hand", kStock}}), token),
         200, "stock");
  co_return Shop::Product{json::value_to<std::string>(made.at("id")), std::move(sku)};
}

Task<> register_account(http::Client& client, const std::string& email) {
  const json::value account{
      {"email", email}, {"password", kPassword}, {"full_name", "Benchmark Shopper"}};
  expect(co_await send(client, http::Method::post, "/auth/register", json::serialize(account), {}),
         201, "register");
}

}  // namespace

void Shop::save(const std::filesystem::path& file) const {
  json::array listed;
  for (const auto& product : products) {
    listed.push_back({{"id", product.id}, {"sku", product.sku}});
  }
  const json::value all{{"products", std::move(listed)},
                        {"emails", json::value_from(emails)},
                        {"tokens", json::value_from(tokens)}};
  std::ofstream out{file};
  out << json::serialize(all) << '\n';
  if (!out.flush()) throw std::runtime_error{"cannot write " + file.string()};
}

Shop Shop::load(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in) throw std::runtime_error{"cannot read " + file.string()};
  const auto all = json::parse(std::string{std::istreambuf_iterator<char>{in}, {}});
  Shop shop;
  for (const auto& product : all.at("products").as_array()) {
    shop.products.push_back({json::value_to<std::string>(product.at("id")),
                             json::value_to<std::string>(product.at("sku"))});
  }
  shop.emails = json::value_to<std::vector<std::string>>(all.at("emails"));
  shop.tokens = json::value_to<std::vector<std::string>>(all.at("tokens"));
  return shop;
}

Task<http::ClientResponse> send(http::Client& client, http::Method method, std::string path,
                                std::string body, std::string token, std::string key) {
  http::ClientRequest request;
  request.method = method;
  request.target = "/api/v1" + path;
  request.body = std::move(body);
  request.deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  request.headers.add("Content-Type", "application/json");
  if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
  if (!key.empty()) request.headers.add("Idempotency-Key", key);
  co_return co_await client.request(std::move(request));
}

Task<> for_each(std::size_t count, std::size_t width,
                const std::function<Task<>(std::size_t)>& work) {
  const auto loop = co_await asio::this_coro::executor;
  asio::steady_timer all_ended{loop, asio::steady_timer::time_point::max()};
  std::size_t next = 0;
  std::size_t running = std::min(count, width);
  std::exception_ptr failure;
  const auto worker = [&]() -> Task<> {
    while (next < count && !failure) co_await work(next++);
  };
  const auto workers = running;
  for (std::size_t i = 0; i < workers; ++i) {
    asio::co_spawn(loop, worker, [&](std::exception_ptr error) {
      if (error && !failure) failure = std::move(error);
      if (--running == 0) all_ended.cancel();
    });
  }
  boost::system::error_code ignored;
  while (running > 0) {
    co_await all_ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  if (failure) std::rethrow_exception(failure);
}

Task<std::string> log_in(http::Client& client, std::string email, std::string password) {
  const json::value who{{"email", email}, {"password", password}};
  const auto session =
      expect(co_await send(client, http::Method::post, "/auth/login", json::serialize(who), {}),
             200, "login of " + email);
  co_return json::value_to<std::string>(session.at("access_token"));
}

Task<> log_in_all(http::Client& client, Shop& shop) {
  shop.tokens.resize(shop.emails.size());
  const std::function work = [&](std::size_t i) -> Task<> {
    shop.tokens[i] = co_await log_in(client, shop.emails[i], std::string{kPassword});
  };
  co_await for_each(shop.emails.size(), kPasswordsAtOnce, work);
}

Task<Shop> make_shop(http::Client& client, std::size_t products, std::size_t shoppers) {
  const auto run = unique();
  const auto token = co_await log_in(client, "admin@souk.local", "souk-demo-admin");
  Shop shop;
  shop.products.resize(products);
  const std::function product = [&](std::size_t i) -> Task<> {
    shop.products[i] = co_await make_product(client, token, fmt::format("BENCH-{}-{}", run, i));
  };
  co_await for_each(products, kProductsAtOnce, product);
  shop.emails.resize(shoppers);
  const std::function account = [&](std::size_t i) -> Task<> {
    shop.emails[i] = fmt::format("bench-{}-{}@example.com", run, i);
    co_await register_account(client, shop.emails[i]);
  };
  co_await for_each(shoppers, kPasswordsAtOnce, account);
  co_return shop;
}

}  // namespace souk::load
