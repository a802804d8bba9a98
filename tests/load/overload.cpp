#include "overload.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "checkout.hpp"
#include "core/uuid.hpp"

namespace souk::load {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kTick = 5ms;
constexpr std::string_view kShed = "503 overloaded";

class OverloadRun {
 public:
  OverloadRun(asio::any_io_executor loop, http::Client& client, const Shop& shop, OverloadPlan plan)
      : loop_(std::move(loop)), client_(client), shop_(shop), plan_(plan), tick_(loop_) {}

  Task<OverloadResult> result() {
    auto before = co_await calm(plan_.calm_before);
    Latencies calm;
    for (const auto& checkout : before) calm.add(checkout.took);
    result_.calm_p99_ms = calm.percentile_ms(99);

    load_ends_ = Clock::now() + plan_.lasts;
    co_await offer();
    const auto after = co_await this->calm(plan_.calm_after);
    result_.normal_after_s = normal_after(after);
    while (running_ > 0) co_await pause(Clock::now() + kTick);
    co_return std::move(result_);
  }

 private:
  struct Checkout {
    Clock::time_point begun;
    Clock::duration took{};
    bool confirmed = false;
  };

  /// Sends requests at their rates until the load ends; does not wait for answers.
  Task<> offer() {
    double checkouts = 0;
    double browsers = 0;
    auto last = Clock::now();
    for (auto now = last; now < load_ends_; last = now) {
      co_await pause(now + kTick);
      now = Clock::now();
      const auto passed = std::chrono::duration<double>(now - last).count();
      for (checkouts += passed * plan_.checkouts_per_second; checkouts >= 1; --checkouts)
        spawn(order());
      for (browsers += passed * plan_.browsers_per_second; browsers >= 1; --browsers)
        spawn(browse());
    }
  }

  void spawn(Task<> task) {
    ++running_;
    asio::co_spawn(loop_, std::move(task), [this](const std::exception_ptr& failure) {
      --running_;
      if (failure) std::rethrow_exception(failure);
    });
  }

  Task<> order() {
    ++result_.offered;
    const auto begun = Clock::now();
    const auto why = co_await check_out_once();
    const auto ended = Clock::now();
    if (why.empty()) {
      result_.confirmed += ended < load_ends_ ? 1 : 0;
      result_.latencies.add(ended - begun);
    } else if (why == kShed) {
      ++result_.shed;
      result_.shed_latencies.add(ended - begun);
    } else {
      ++result_.failed[why];
    }
  }

  Task<> browse() {
    std::string outcome;
    try {
      // A number that nobody has asked for: the cache cannot know it.
      const auto path = fmt::format("/products?min_price={}&page_size=20", ++searches_ % 1'000'000);
      const auto reply = co_await send(client_, http::Method::get, path, "", "");
      outcome = reply.status == 200 ? "" : verdict(reply);
    } catch (const http::ClientError& error) {
      outcome = "no reply: " + error.cause;
    }
    if (outcome.empty()) {
      ++result_.pages;
    } else if (outcome == kShed) {
      ++result_.pages_shed;
    } else {
      ++result_.pages_failed[outcome];
    }
  }

  /// Empty for a confirmed order, else what the answer was.
  Task<std::string> check_out_once() {
    const auto count = shop_.products.size();
    const auto first = random_numbers_() % count;
    const auto second = (first + 1 + random_numbers_() % (count - 1)) % count;
    const auto& token = shop_.tokens[next_session_++ % shop_.tokens.size()];
    try {
      co_return verdict(
          co_await send(client_, http::Method::post, "/orders",
                        order_of(shop_.products[first].sku, shop_.products[second].sku), token,
                        ids_.next().str()));
    } catch (const http::ClientError& error) {
      co_return "no reply: " + error.cause;
    }
  }

  Task<std::vector<Checkout>> calm(std::chrono::milliseconds lasts) {
    std::vector<Checkout> checkouts;
    for (const auto until = Clock::now() + lasts; Clock::now() < until;) {
      Checkout checkout{.begun = Clock::now()};
      checkout.confirmed = (co_await check_out_once()).empty();
      checkout.took = Clock::now() - checkout.begun;
      checkouts.push_back(checkout);
      co_await pause(checkout.begun + 100ms);
    }
    co_return checkouts;
  }

  /// Of checkouts one after the other since the load's end.
  double normal_after(const std::vector<Checkout>& after) const {
    const std::chrono::duration<double, std::milli> limit{std::max(50.0, 3 * result_.calm_p99_ms)};
    auto since = after.empty() ? Clock::time_point::max() : after.front().begun;
    for (const auto& checkout : after) {
      const bool normal = checkout.confirmed && checkout.took <= limit;
      if (!normal) since = checkout.begun + checkout.took;
      if (checkout.begun - since >= 1s)
        return std::chrono::duration<double>(since - load_ends_).count();
    }
    return -1;
  }

  Task<> pause(Clock::time_point until) {
    tick_.expires_at(until);
    boost::system::error_code ignored;
    co_await tick_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  asio::any_io_executor loop_;
  http::Client& client_;
  const Shop& shop_;
  OverloadPlan plan_;
  asio::steady_timer tick_;
  Clock::time_point load_ends_;
  std::mt19937_64 random_numbers_{1};  // the same baskets in every run
  std::size_t next_session_ = 0;
  std::size_t searches_ = 0;
  std::size_t running_ = 0;
  SystemClock wall_clock_;
  SystemRandom random_;
  IdGenerator ids_{wall_clock_, random_};
  OverloadResult result_;
};

}  // namespace

double OverloadResult::success() const {
  std::size_t failures = 0;
  for (const auto& [why, count] : failed) failures += count;
  const auto admitted = latencies.count() + failures;
  return admitted == 0 ? 0 : static_cast<double>(latencies.count()) / static_cast<double>(admitted);
}

Task<OverloadResult> overload(http::Client& client, const Shop& shop, OverloadPlan plan) {
  OverloadRun run{co_await asio::this_coro::executor, client, shop, plan};
  co_return co_await run.result();
}

}  // namespace souk::load
