#include "apps/souk/import/shopper.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "apps/souk/import/order_message.hpp"
#include "http/uri.hpp"

namespace souk::app {
namespace {

namespace json = boost::json;

/// Accounts of a load test on a demo shop: there is nothing to protect.
constexpr char kPassword[] = "online-retail-replay";

/// About what card payments see: 2 % are declined.
constexpr std::uint32_t kDeclinedOneIn = 50;

/// Not std::hash: the same basket is paid with the same card by every build, or else its
/// Idempotency-Key would come with another body.
std::uint32_t fnv1a(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::string card_for(const online_retail::Basket& basket) {
  return fnv1a(basket.key) % kDeclinedOneIn == 0 ? "tok_declined" : "tok_visa";
}

/// Not the imported customers' addresses: those accounts have no password.
std::string email_of(const std::string& customer) {
  return customer.empty() ? "shopper@online-retail.invalid"
                          : fmt::format("shopper-{}@online-retail.invalid", customer);
}

json::value order_json(const online_retail::Basket& basket, const online_retail::Order& order) {
  json::array items;
  for (const auto& item : basket.items) {
    items.push_back({{"sku", item.sku}, {"quantity", item.quantity}});
  }
  const auto address = address_of(order);
  json::object to{{"full_name", address.full_name()},
                  {"line1", address.line1()},
                  {"city", address.city()},
                  {"postal_code", address.postal_code()},
                  {"country", address.country()}};
  if (address.has_region()) to["region"] = address.region();
  return {{"items", std::move(items)},
          {"shipping_address", std::move(to)},
          {"payment", {{"method", "card"}, {"token", card_for(basket)}}}};
}

bool has_sku(const json::value& product, const std::string& sku) {
  return std::ranges::any_of(product.at("variants").as_array(), [&](const json::value& variant) {
    return variant.at("sku").as_string() == sku;
  });
}

}  // namespace

Shopper::Shopper(ShopApi& api, const online_retail::Dataset& dataset, Tally& tally)
    : api_(api),
      dataset_(dataset),
      tally_(tally),
      baskets_(online_retail::baskets_of(dataset.orders)) {
  for (const auto& product : dataset.products) names_.emplace(product.sku, product.name);
}

Task<> Shopper::buy(std::size_t basket) {
  const auto& wish = baskets_[basket];
  const auto place = fmt::format("{}:{}: {}", dataset_.report.file,
                                 dataset_.orders[basket].lines.front().line_number, wish.key);
  std::string problem;
  try {
    co_await token_of(wish.customer_id.value_or(""));
    co_await browse(wish.items.front().sku);
    const auto begun = std::chrono::steady_clock::now();
    const auto reply = co_await order(basket);
    tally_.count_order(reply, std::chrono::steady_clock::now() - begun, place);
  } catch (const http::ClientError&) {
    throw;
  } catch (const std::exception& error) {
    problem = error.what();
  }
  if (!problem.empty()) tally_.count_failure(problem, place);
}

Task<> Shopper::browse(const std::string& sku) {
  const auto found =
      co_await api_.get("/products?query=" + http::percent_encode(names_.at(sku)), std::string{});
  if (found.status != 200) co_return;  // the order will say what is wrong
  const auto& items = found.body.at("items").as_array();
  const auto product =
      std::ranges::find_if(items, [&](const json::value& item) { return has_sku(item, sku); });
  if (product == items.end()) co_return;  // on a later page, of another name by now, or not there
  co_await api_.get("/products/" + json::value_to<std::string>(product->at("id")), std::string{});
}

Task<std::string> Shopper::token_of(std::string customer) {
  const auto known = tokens_.find(customer);
  if (known != tokens_.end()) co_return known->second;
  const auto email = email_of(customer);
  const json::value account{{"email", email},
                            {"password", kPassword},
                            {"full_name", customer.empty() ? "Guest" : "Customer " + customer}};
  auto session = co_await api_.post("/auth/register", account, {}, {});
  if (session.text("code") == "email_taken") {
    const json::value login{{"email", email}, {"password", kPassword}};
    session = co_await api_.post("/auth/login", login, {}, {});
  }
  auto token = session.text("access_token");
  if (token.empty()) {
    throw std::runtime_error{fmt::format("log in: {} {}", session.status, session.text("code"))};
  }
  tokens_[customer] = token;
  tally_.count_login();
  co_return token;
}

Task<ApiReply> Shopper::order(std::size_t basket) {
  const auto& wish = baskets_[basket];
  const auto customer = wish.customer_id.value_or("");
  const auto body = order_json(wish, dataset_.orders[basket]);
  auto reply =
      co_await api_.post("/orders", body, co_await token_of(customer), "replay:" + wish.key);
  if (reply.status == 401) {  // access tokens last for minutes, a replay perhaps longer
    tokens_.erase(customer);
    reply = co_await api_.post("/orders", body, co_await token_of(customer), "replay:" + wish.key);
  }
  co_return reply;
}

}  // namespace souk::app
