#include "support/api_client.hpp"

#include <ranges>
#include <thread>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "core/uuid.hpp"

namespace souk::testing {
namespace {

std::string unique() {
  static SystemClock clock;
  static SystemRandom random;
  static IdGenerator ids{clock, random};
  return ids.next().str();
}

std::runtime_error refused(std::string_view what, const ApiReply& reply) {
  return std::runtime_error{
      fmt::format("{}: {} {}", what, reply.status, boost::json::serialize(reply.body))};
}

}  // namespace

const boost::json::value& ApiReply::at(std::string_view path) const {
  const auto* value = &body;
  for (const auto part : std::views::split(path, '.')) {
    const std::string key{part.begin(), part.end()};
    const boost::json::value* next = nullptr;
    if (value->is_object()) next = value->get_object().if_contains(key);
    if (value->is_array()) next = value->get_array().if_contains(std::stoul(key));
    if (next == nullptr) throw refused(fmt::format("no {} in the reply", path), *this);
    value = next;
  }
  return *value;
}

std::string ApiReply::text(std::string_view path) const {
  return std::string{at(path).as_string()};
}
std::int64_t ApiReply::number(std::string_view path) const { return at(path).as_int64(); }

ApiReply ApiClient::send(http::Method method, std::string path, const std::string& body,
                         const std::string& key, const std::string& content_type) {
  http::ClientRequest request;
  request.method = method;
  request.target = std::move(path);
  request.body = body;
  request.deadline = std::chrono::steady_clock::now() + patience_;
  if (!body.empty()) request.headers.add("Content-Type", content_type);
  if (!token_.empty()) request.headers.add("Authorization", "Bearer " + token_);
  if (!key.empty()) request.headers.add("Idempotency-Key", key);
  auto response = client_.request(std::move(request));
  ApiReply reply{response.status, nullptr, std::move(response.headers), {}};
  const auto type = reply.headers.get("Content-Type").value_or("");
  if (type.find("json") == std::string_view::npos) {
    reply.file = std::move(response.body);
  } else if (!response.body.empty()) {
    reply.body = boost::json::parse(response.body);
  }
  return reply;
}

ApiReply ApiClient::get(std::string path) {
  return send(http::Method::get, std::move(path), "", "");
}
ApiReply ApiClient::post(std::string path, const boost::json::value& body, std::string key) {
  return send(http::Method::post, std::move(path), boost::json::serialize(body), key);
}
ApiReply ApiClient::put(std::string path, const boost::json::value& body) {
  return send(http::Method::put, std::move(path), boost::json::serialize(body), "");
}
ApiReply ApiClient::post_file(std::string path, const std::string& content,
                              std::string content_type) {
  return send(http::Method::post, std::move(path), content, "", content_type);
}
ApiReply ApiClient::remove(std::string path) {
  return send(http::Method::delete_, std::move(path), "", "");
}

void ApiClient::register_account(std::string email) {
  const auto reply = post(
      "/api/v1/auth/register",
      {{"email", email}, {"password", "correct horse battery"}, {"full_name", "Test Shopper"}});
  if (reply.status != 201) throw refused("register", reply);
  token_ = reply.text("access_token");
}

void ApiClient::log_in(const std::string& email, const std::string& password) {
  token_.clear();  // an old one that has expired would be refused, on a public route too
  const auto reply = post("/api/v1/auth/login", {{"email", email}, {"password", password}});
  if (reply.status != 200) throw refused("login", reply);
  token_ = reply.text("access_token");
}

void ApiClient::log_in_as_admin() { log_in("admin@souk.local", "souk-demo-admin"); }

std::string ApiClient::unique_email() { return fmt::format("shopper-{}@example.com", unique()); }
std::string ApiClient::unique_key() { return unique(); }

std::string ApiClient::make_product(std::int64_t price, std::int64_t stock, std::string currency) {
  const auto sku = "SKU-" + unique();
  boost::json::value product{
      {"name", "Test product " + sku},
      {"status", "active"},
      {"variants", {{{"sku", sku}, {"price", {{"amount", price}, {"currency", currency}}}}}}};
  if (const auto reply = post("/api/v1/products", product); reply.status != 201)
    throw refused("product", reply);
  if (const auto reply = put("/api/v1/inventory/" + sku, {{"on_hand", stock}});
      reply.status != 200) {
    throw refused("stock", reply);
  }
  return sku;
}

boost::json::value ApiClient::order_of(const std::string& sku, std::int64_t quantity,
                                       std::string token) {
  return {{"items", {{{"sku", sku}, {"quantity", quantity}}}},
          {"shipping_address",
           {{"full_name", "Test Shopper"},
            {"line1", "1 Market St"},
            {"city", "Springfield"},
            {"postal_code", "12345"},
            {"country", "US"}}},
          {"payment", {{"method", "card"}, {"token", token}}}};
}

ApiReply ApiClient::order(const std::string& sku, std::int64_t quantity, std::string token,
                          std::string key) {
  return post("/api/v1/orders", order_of(sku, quantity, std::move(token)), std::move(key));
}

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

}  // namespace souk::testing
