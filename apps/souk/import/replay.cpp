#include <algorithm>
#include <csignal>
#include <exception>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include "apps/souk/import/retail_file.hpp"
#include "apps/souk/import/shopper.hpp"
#include "apps/souk/online_retail/progress.hpp"
#include "commands.hpp"
#include "core/error.hpp"
#include "runtime/task_group.hpp"

namespace souk::app {
namespace {

struct ReplayArguments {
  RetailFile file;
  std::string url = "http://localhost:8080";
  std::size_t shoppers = 32;
  std::optional<std::size_t> orders;
};

/// More would only queue at the shop's password hashing and tell nothing new.
constexpr std::size_t kMaxShoppers = 1'000;

void warn_of_limits() {
  fmt::print(stderr,
             "the shop limits how fast one address may shop: this will take its time. For a load "
             "test start\nthe demo shop without limits: SOUK_RATE_LIMITS=off make run\n");
}

/// Sends the shoppers through the file. Lives on one loop; what it is given outlives it.
class Replay {
 public:
  Replay(boost::asio::io_context& loop, const ReplayArguments& arguments,
         const online_retail::Dataset& dataset)
      : loop_(loop),
        arguments_(arguments),
        signals_(loop, SIGINT, SIGTERM),
        shoppers_(loop.get_executor()),
        api_(loop, arguments.url,
             {.connections = arguments.shoppers, .on_rate_limit = warn_of_limits}),
        shopper_(api_, dataset, tally_),
        orders_(std::min(arguments.orders.value_or(dataset.orders.size()), dataset.orders.size())),
        progress_(online_retail::Progress::on_stderr("orders", orders_)) {}

  /// All baskets, or those until the first Ctrl-C. Throws Error{unavailable} where there is no shop.
  Task<> run() {
    co_await look_for_shop();
    const auto begun = std::chrono::steady_clock::now();
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      stopping_ = true;  // whoever is at the till pays
      signals_.clear();  // a second Ctrl-C ends it at once
    });
    for (std::size_t i = 0; i < arguments_.shoppers; ++i) shoppers_.spawn(shop());
    co_await shoppers_.wait();
    signals_.cancel();
    elapsed_ = std::chrono::steady_clock::now() - begun;
  }

  /// What came of it; throws Error{conflict or unavailable} where not all of it went well.
  void report() {
    if (done_ == orders_) progress_.finish();
    fmt::print("\n{}", tally_.table(elapsed_));
    if (!gone_.empty()) throw no_shop(gone_);
    if (tally_.failed() > 0) {
      throw Error{Kind::conflict, "replay_failed",
                  fmt::format("{} of {} baskets failed (are the articles there? souk import "
                              "products makes them)",
                              tally_.failed(), done_)};
    }
    if (done_ < orders_) {
      throw Error{Kind::conflict, "interrupted",
                  fmt::format("interrupted after {} of {} baskets; the same command goes on", done_,
                              orders_)};
    }
  }

 private:
  Error no_shop(const std::string& why) const {
    return unavailable(
        fmt::format("no shop answers at {}: {} (make run starts one)", arguments_.url, why));
  }

  /// Once and without patience, so that a wrong --url is told at once.
  Task<> look_for_shop() {
    std::string why;
    try {
      ShopApi impatient{loop_, arguments_.url, {.patience = {}}};
      const auto reply = co_await impatient.get("/products?page_size=1", {});
      if (reply.status != 200) why = fmt::format("status {}", reply.status);
    } catch (const http::ClientError& error) {
      why = error.cause;
    }
    if (!why.empty()) throw no_shop(why);
  }

  Task<> shop() {
    while (!stopping_ && next_ < orders_) {
      try {
        co_await shopper_.buy(next_++);
        progress_.update(++done_);
      } catch (const http::ClientError& error) {
        gone_ = error.cause;
        stopping_ = true;
      }
    }
  }

  boost::asio::io_context& loop_;
  const ReplayArguments& arguments_;
  boost::asio::signal_set signals_;
  runtime::TaskGroup shoppers_;
  Tally tally_;
  ShopApi api_;
  Shopper shopper_;
  std::size_t orders_;
  online_retail::Progress progress_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
  bool stopping_ = false;
  std::string gone_;  ///< why no reply came any more
  std::chrono::steady_clock::duration elapsed_{};
};

void replay(const ReplayArguments& arguments) {
  const auto dataset = read(arguments.file);
  boost::asio::io_context loop{1};
  Replay replay{loop, arguments, dataset};
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, replay.run(), [&](std::exception_ptr ended) { failure = ended; });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  replay.report();
}

}  // namespace

void add_replay(CLI::App& app) {
  auto* command = app.add_subcommand(
      "replay", "Shop live through the public API with the baskets of a file, oldest first");
  command->footer(
      "Each basket is bought once, however often the replay is started: what was ordered in an "
      "earlier\n"
      "run is answered with that order. Needs the articles (souk import products), and for full "
      "speed a\n"
      "demo shop without rate limits (SOUK_RATE_LIMITS=off make run). Baskets hold at most 100 "
      "articles\n"
      "of at most 100 units; one card in fifty is declined.");
  auto arguments = std::make_shared<ReplayArguments>();
  add_file_arguments(*command, arguments->file);
  command->add_option("--shoppers", arguments->shoppers, "how many shop at the same time")
      ->check(CLI::Range(std::size_t{1}, kMaxShoppers))
      ->capture_default_str();
  command->add_option("--orders", arguments->orders, "only so many of the baskets")
      ->check(CLI::PositiveNumber);
  command->add_option("--url", arguments->url, "where the shop is")->capture_default_str();
  command->callback([arguments] { replay(*arguments); });
}

}  // namespace souk::app
