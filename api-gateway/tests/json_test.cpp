#include <gtest/gtest.h>

#include "core/error.hpp"
#include "internal/json/proto_json.hpp"
#include "internal/json/strict_json.hpp"
#include "inventory/inventory.pb.h"
#include "order/order.pb.h"
#include "product/product.pb.h"

namespace souk::gateway {
namespace {

template <class F>
Error failure(F action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {Kind::internal, "none", "It did not fail."};
}

TEST(StrictJson, RefusesWhatIsNoJson) {
  const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
  for (const std::string text :
       {"", "{", "{\"a\":1}x", "{\"a\":NaN}", "{\"a\":Infinity}", "{'a':1}", "{\"a\":01}", "[1,]",
        "{\"a\":\"\xC3\x28\"}", "{\"a\":\"\\ud800\"}", "{\"a\":1e400}", "{\"a\":\"\x01\"}",
        "// c\n{}"}) {
    const auto error = failure([&] { parse_strict(text); });
    EXPECT_EQ(error.code, "malformed_json") << text;
    EXPECT_EQ(error.kind, Kind::malformed);
  }
  EXPECT_EQ(failure([&] { parse_strict(deep); }).code, "malformed_json");
}

TEST(StrictJson, RefusesAMemberThatIsThereTwice) {
  EXPECT_EQ(failure([] { parse_strict(R"({"a":1,"a":1})"); }).code, "duplicate_key");
  EXPECT_EQ(failure([] { parse_strict(R"({"b":{"a":1,"\u0061":2}})"); }).code, "duplicate_key");
  EXPECT_EQ(failure([] { parse_strict(R"([{"a":1},{"a":2}])"); }).code, "none");
}

TEST(ProtoJson, ReadsAnOrder) {
  order::v1::CreateOrderRequest request;
  from_json(
      parse_strict(R"({"items":[{"sku":"A","quantity":2}],"payment":{"method":"card","token":"tok"},
                             "expected_total":{"amount":1999,"currency":"USD"},
                             "shipping_address":{"full_name":"Zoë","line2":null}})"),
      request);
  EXPECT_EQ(request.items(0).quantity(), 2);
  EXPECT_EQ(request.expected_total().amount(), 1999);
  EXPECT_EQ(request.shipping_address().full_name(), "Zoë");
  EXPECT_FALSE(request.shipping_address().has_line2());
}

TEST(ProtoJson, NamesEveryFieldThatIsWrong) {
  order::v1::CreateOrderRequest request;
  const auto error = failure([&] {
    from_json(
        parse_strict(
            R"({"items":[{"sku":1,"quantity":"1"},{"quantity":1.5},{"quantity":9223372036854775808}],
                               "total":5,"payment":[]})"),
        request);
  });
  EXPECT_EQ(error.code, "validation_failed");
  std::vector<std::string> fields;
  for (const auto& field : error.fields) fields.push_back(field.field + " " + field.code);
  EXPECT_EQ(fields, (std::vector<std::string>{
                        "items[0].sku invalid_type", "items[0].quantity invalid_type",
                        "items[1].quantity invalid_type", "items[2].quantity invalid_type",
                        "total unknown_field", "payment invalid_type"}));
}

TEST(ProtoJson, ABodyMustBeAnObject) {
  for (const auto* text : {"[]", "1", "\"x\"", "null"}) {
    order::v1::CreateOrderRequest request;
    EXPECT_EQ(failure([&] { from_json(parse_strict(text), request); }).code, "validation_failed")
        << text;
  }
}

TEST(ProtoJson, WhatComesFromThePathIsNoPartOfTheBody) {
  inventory::v1::SetStockRequest request;
  EXPECT_EQ(
      failure([&] { from_json(parse_strict(R"({"sku":"B","on_hand":1})"), request, {"sku"}); })
          .fields.at(0)
          .field,
      "sku");
  from_json(parse_strict(R"({"on_hand":0})"), request, {"sku"});
  EXPECT_TRUE(request.has_on_hand());
}

TEST(ProtoJson, ReadsAQuery) {
  product::v1::ListProductsRequest request;
  from_query({{"query", "'; DROP TABLE products"}, {"min_price", "100"}, {"in_stock", "true"}},
             request);
  EXPECT_EQ(request.query(), "'; DROP TABLE products");
  EXPECT_EQ(request.min_price(), 100);
  EXPECT_TRUE(request.in_stock());
  for (const auto& [name, value] : {std::pair{"page_size", "1e9"},
                                    {"page_size", "99999999999"},
                                    {"page_size", ""},
                                    {"min_price", "1.5"},
                                    {"in_stock", "maybe"},
                                    {"order", "x"}}) {
    product::v1::ListProductsRequest other;
    EXPECT_EQ(failure([&] { from_query({{name, value}}, other); }).code, "validation_failed")
        << name << value;
  }
  EXPECT_EQ(
      failure([&] { from_query({{"query", "a"}, {"query", "b"}}, request); }).fields.at(0).code,
      "duplicate");
}

TEST(ProtoJson, WritesEveryField) {
  product::v1::Variant variant;
  variant.set_sku("A\"\\\n\x01");
  (*variant.mutable_options())["size"] = "M";
  (*variant.mutable_options())["colour"] = "red";
  variant.mutable_price()->set_amount(9'007'199'254'740'993);
  EXPECT_EQ(to_json(variant),
            R"({"sku":"A\"\\\n\u0001","title":"","options":{"colour":"red","size":"M"},)"
            R"("price":{"amount":9007199254740993,"currency":""},"availability":""})");
  product::v1::Product product;
  product.mutable_created_at()->set_seconds(1'767'225'600);
  const auto text = to_json(product);
  EXPECT_NE(text.find(R"("created_at":"2026-01-01T00:00:00Z")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("rating":null)"), std::string::npos);
  EXPECT_EQ(text.find("updated_at"), std::string::npos);
}

TEST(ProtoJson, WhatIsWrittenCanBeRead) {
  order::v1::Order order;
  order.set_id("x");
  order.add_items()->set_name("<script>alert(1)</script> \u2028");
  order::v1::Order back;
  from_json(parse_strict(to_json(order)), back);
  EXPECT_EQ(back.SerializeAsString(), order.SerializeAsString());
}

}  // namespace
}  // namespace souk::gateway
