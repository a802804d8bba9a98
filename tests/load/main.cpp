// souk-load: puts a running demo instance under load, through its public API.
#include <iostream>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "checkout.hpp"
#include "overload.hpp"
#include "shop.hpp"

namespace souk::load {
namespace {

namespace asio = boost::asio;

struct Options {
  std::string url = "http://127.0.0.1:8080";
  std::string shop_file = "shop.json";
  std::size_t products = 1'000;
  std::size_t shoppers = 64;
  double warm_up_seconds = 3;
  double seconds = 15;
  bool hot = false;
  double times = 3;
};

/// More than a platform lets in, so that it is the platform that says no.
constexpr std::size_t kConnections = 4'000;
constexpr std::size_t kWaiting = 100'000;

std::chrono::milliseconds in_ms(double seconds) {
  return std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

Task<> prepare(http::Client& client, const Options& options) {
  auto shop = co_await make_shop(client, options.products, options.shoppers);
  co_await log_in_all(client, shop);
  shop.save(options.shop_file);
}

Task<> renew(http::Client& client, const Options& options) {
  auto shop = Shop::load(options.shop_file);
  co_await log_in_all(client, shop);
  shop.save(options.shop_file);
}

Task<> checkout(http::Client& client, const Options& options) {
  auto shop = Shop::load(options.shop_file);
  if (shop.tokens.size() < options.shoppers || shop.products.size() < 2) {
    throw std::runtime_error{"the shop is too small: prepare a larger one"};
  }
  shop.tokens.resize(options.shoppers);
  auto result = co_await check_out(client, shop,
                                   {.warm_up = in_ms(options.warm_up_seconds),
                                    .measured = in_ms(options.seconds),
                                    .hot = options.hot});
  const boost::json::value report{
      {"seconds", options.seconds},
      {"shoppers", options.shoppers},
      {"confirmed", result.confirmed},
      {"per_second", static_cast<double>(result.confirmed) / options.seconds},
      {"p50_ms", result.latencies.percentile_ms(50)},
      {"p99_ms", result.latencies.percentile_ms(99)},
      {"max_ms", result.latencies.percentile_ms(100)},
      {"other", boost::json::value_from(result.other)},
      {"sold", result.sold}};
  std::cout << boost::json::serialize(report) << std::endl;
}

/// First the most that the shoppers get done without pause, then a multiple of that, wanted or not.
Task<> overload(http::Client& client, const Options& options) {
  auto shop = Shop::load(options.shop_file);
  if (shop.tokens.empty() || shop.products.size() < 2)
    throw std::runtime_error{"the shop is too small: prepare a larger one"};
  if (shop.tokens.size() > options.shoppers) shop.tokens.resize(options.shoppers);
  const auto peak = co_await check_out(
      client, shop,
      {.warm_up = in_ms(options.warm_up_seconds), .measured = in_ms(options.seconds)});
  const auto peak_rate = static_cast<double>(peak.confirmed) / options.seconds;
  const auto rate = options.times * peak_rate;
  auto result = co_await overload(
      client, shop,
      {.checkouts_per_second = rate, .browsers_per_second = rate, .lasts = in_ms(options.seconds)});
  const auto confirmed_rate = static_cast<double>(result.confirmed) / options.seconds;
  const boost::json::value report{
      {"seconds", options.seconds},
      {"peak_per_second", peak_rate},
      {"offered_per_second", static_cast<double>(result.offered) / options.seconds},
      {"confirmed_per_second", confirmed_rate},
      {"of_peak", confirmed_rate / peak_rate},
      {"admitted_that_succeed", result.success()},
      {"shed", result.shed},
      {"failed", boost::json::value_from(result.failed)},
      {"p50_ms", result.latencies.percentile_ms(50)},
      {"p99_ms", result.latencies.percentile_ms(99)},
      {"shed_p50_ms", result.shed_latencies.percentile_ms(50)},
      {"shed_p99_ms", result.shed_latencies.percentile_ms(99)},
      {"pages", result.pages},
      {"pages_shed", result.pages_shed},
      {"pages_failed", boost::json::value_from(result.pages_failed)},
      {"calm_p99_ms", result.calm_p99_ms},
      {"normal_after_s", result.normal_after_s}};
  std::cout << boost::json::serialize(report) << std::endl;
}

int run(const Options& options, Task<> (*command)(http::Client&, const Options&),
        std::size_t connections) {
  asio::io_context loop{1};
  http::Client client{loop, options.url, {.max_connections = connections, .max_waiting = kWaiting}};
  int exit_code = 0;
  asio::co_spawn(loop, command(client, options), [&](const std::exception_ptr& failure) {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      std::cerr << "souk-load: " << error.what() << '\n';
      exit_code = 1;
    }
    loop.stop();
  });
  loop.run();
  return exit_code;
}

}  // namespace
}  // namespace souk::load

int main(int argc, char** argv) {
  using namespace souk::load;
  Options options;
  CLI::App app{"Puts a running demo instance under load, through its public API.", "souk-load"};
  app.require_subcommand(1);
  app.add_option("--url", options.url, "where the instance is")->capture_default_str();
  app.add_option("--shop", options.shop_file, "file that names products and accounts")
      ->capture_default_str();
  app.add_option("--shoppers", options.shoppers, "accounts, and orders at once")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  auto* prepare_command =
      app.add_subcommand("prepare", "make products and accounts; writes --shop");
  prepare_command->add_option("--products", options.products)
      ->check(CLI::Range(2, 100'000))
      ->capture_default_str();
  auto* renew_command = app.add_subcommand("log-in", "give the accounts of --shop new sessions");
  auto* checkout_command =
      app.add_subcommand("checkout", "order and pay without pause; prints what came of it as JSON");
  checkout_command
      ->add_option("--warm-up", options.warm_up_seconds, "seconds before the clock runs")
      ->check(CLI::Range(0.0, 600.0))
      ->capture_default_str();
  checkout_command->add_option("--seconds", options.seconds, "how long it runs")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  auto* overload_command = app.add_subcommand(
      "overload",
      "find the most that gets done, then offer a multiple of it, and as many searches");
  overload_command->add_option("--seconds", options.seconds, "how long each of the two takes")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  overload_command->add_option("--times", options.times, "that multiple")
      ->check(CLI::Range(0.1, 20.0))
      ->capture_default_str();
  checkout_command->add_flag("--hot", options.hot, "one SKU is in every order");
  CLI11_PARSE(app, argc, argv);
  if (prepare_command->parsed()) return run(options, prepare, options.shoppers);
  if (overload_command->parsed()) return run(options, overload, kConnections);
  return run(options, renew_command->parsed() ? renew : checkout, options.shoppers);
}
