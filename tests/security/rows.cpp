#include "rows.hpp"

#include <ostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace souk::testing::bad_inputs {

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::string order_body(const std::string& item, const std::string& more,
                       const std::string& country) {
  return R"({"items":[{)" + item +
         R"(}],"shipping_address":{"full_name":"A","line1":"1","city":"C","postal_code":"1","country":")" +
         country + R"("},"payment":{"method":"card","token":"tok_visa"})" + more + "}";
}

Row order(const char* name, const std::string& body, std::string field, int status,
          std::string code) {
  return {name, Caller::shopper, "POST",          "/api/v1/orders",
          body, status,          std::move(code), std::move(field)};
}

Row also(const char* name, const std::string& member, std::string field) {
  return order(name, order_body(R"("sku":"{sku}","quantity":1)", "," + member), std::move(field));
}

Row listing(const char* name, std::string target, std::string field, int status, std::string code) {
  return {name, Caller::visitor, "GET",           std::move(target),
          "",   status,          std::move(code), std::move(field)};
}

void expect_refused(const Row& row) {
  auto& shop = world();
  const auto before = shop.state();
  const auto key = row.method == "POST" && row.target == "/api/v1/orders"
                       ? shop.fill("Idempotency-Key: {key}\r\n")
                       : "";
  const auto type = row.type.empty() ? "" : fmt::format("Content-Type: {}\r\n", row.type);
  const auto body = row.type.empty() ? shop.fill(row.body) : row.body;
  const auto reply =
      shop.exchange(shop.request(row.caller, row.method, shop.fill(row.target), body, key + type));
  expect_problem(reply, row.status, row.code);
  if (!row.field.empty()) {
    const ApiReply problem{.status = reply.status, .body = json_of(reply)};
    EXPECT_EQ(problem.text("errors.0.field"), row.field) << reply.body;
  }
  EXPECT_EQ(shop.state(), before);
}

}  // namespace souk::testing::bad_inputs
