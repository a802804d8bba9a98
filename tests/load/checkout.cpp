#include "checkout.hpp"

#include <random>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "core/uuid.hpp"

namespace souk::load {
namespace {

using Clock = std::chrono::steady_clock;

class CheckoutRun {
 public:
  CheckoutRun(http::Client& client, const Shop& shop, CheckoutPlan plan)
      : client_(client),
        shop_(shop),
        plan_(plan),
        from_(Clock::now() + plan.warm_up),
        until_(from_ + plan.measured) {}

  Task<CheckoutResult> result() {
    const std::function shopper = [this](std::size_t i) { return shop_on(i); };
    co_await for_each(shop_.tokens.size(), shop_.tokens.size(), shopper);
    co_return std::move(result_);
  }

 private:
  Task<> shop_on(std::size_t number) {
    std::mt19937_64 random{number};  // the same baskets in every run
    while (Clock::now() < until_) {
      const auto [first, second] = basket(random);
      co_await order(number, order_of(shop_.products[first].sku, shop_.products[second].sku));
    }
  }

  std::pair<std::size_t, std::size_t> basket(std::mt19937_64& random) const {
    const auto count = shop_.products.size();
    const auto first = plan_.hot ? 0 : random() % count;
    const auto second = (first + 1 + random() % (count - 1)) % count;
    return {first, second};
  }

  Task<> order(std::size_t number, std::string body) {
    const auto begun = Clock::now();
    std::string why;
    try {
      why = verdict(co_await send(client_, http::Method::post, "/orders", std::move(body),
                                  shop_.tokens[number], ids_.next().str()));
    } catch (const http::ClientError& error) {
      why = "no reply: " + error.cause;
    }
    const auto ended = Clock::now();
    if (why.empty()) ++result_.sold;
    if (ended < from_ || ended >= until_) co_return;
    if (!why.empty()) {
      ++result_.other[why];
      co_return;
    }
    ++result_.confirmed;
    result_.latencies.add(ended - begun);
  }

  http::Client& client_;
  const Shop& shop_;
  CheckoutPlan plan_;
  Clock::time_point from_;
  Clock::time_point until_;
  SystemClock wall_clock_;
  SystemRandom random_;
  IdGenerator ids_{wall_clock_, random_};
  CheckoutResult result_;
};

}  // namespace

std::string order_of(std::string_view first, std::string_view second) {
  return fmt::format(
      R"({{"items":[{{"sku":"{}","quantity":1}},{{"sku":"{}","quantity":1}}],)"
      R"("shipping_address":{{"full_name":"Benchmark Shopper","line1":"1 Market St",)"
      R"("city":"Springfield","postal_code":"12345","country":"US"}},)"
      R"("payment":{{"method":"card","token":"tok_visa"}}}})",
      first, second);
}

std::string verdict(const http::ClientResponse& reply) {
  boost::system::error_code unreadable;
  const auto body = boost::json::parse(reply.body, unreadable);
  const auto text = [&](std::string_view member) -> std::string {
    const auto* object = body.if_object();
    const auto* value = object ? object->if_contains(member) : nullptr;
    return value && value->is_string() ? std::string{value->as_string()} : "";
  };
  if (reply.status == 201 && text("status") == "confirmed") return "";
  return fmt::format("{} {}", reply.status, reply.status < 300 ? text("status") : text("code"));
}

Task<CheckoutResult> check_out(http::Client& client, const Shop& shop, CheckoutPlan plan) {
  CheckoutRun run{client, shop, plan};
  co_return co_await run.result();
}

}  // namespace souk::load
