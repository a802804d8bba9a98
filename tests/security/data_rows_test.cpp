// Data: bodies, fields and parameters that are no JSON, or wrong, or meant for somebody else's
// ears.

#include <chrono>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/uri.hpp"
#include "rows.hpp"

namespace souk::testing::bad_inputs {
namespace {

const std::string kNul = R"(\u0000)";

/// Not JSON at all, sent to change a name.
Row unreadable(const char* name, std::string body, std::string code = "malformed_json") {
  return {name, Caller::shopper, "PUT", "/api/v1/users/profile", std::move(body),
          400,  std::move(code)};
}

std::string nested(std::string_view open, std::string_view close) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += open;
  text += "1";
  for (int i = 0; i < 10'000; ++i) text += close;
  return text;
}

Row quantity(const char* name, const std::string& value) {
  return order(name, order_body(R"("sku":"{sku}","quantity":)" + value), "items[0].quantity");
}

Row product(const char* name, const std::string& variant, std::string field,
            const std::string& more = "") {
  return {name,
          Caller::admin,
          "POST",
          "/api/v1/products",
          R"({"name":"Bad","variants":[{)" + variant + "}]" + more + "}",
          422,
          "validation_failed",
          std::move(field)};
}

Row profile(const char* name, std::string body, std::string field) {
  return {name, Caller::shopper,     "PUT",           "/api/v1/users/profile", std::move(body),
          422,  "validation_failed", std::move(field)};
}

Row registration(const char* name, const std::string& members, std::string field) {
  return {name, Caller::visitor,     "POST",          "/api/v1/auth/register", "{" + members + "}",
          422,  "validation_failed", std::move(field)};
}

const std::string kVariant = R"("sku":"BAD-1","price":{"amount":100,"currency":"USD"})";
const std::string kPassword = R"("password":"correct horse battery")";

const Row kRows[] = {
    unreadable("deep_arrays", nested("[", "]")),
    unreadable("deep_objects", nested(R"({"a":)", "}")),
    unreadable("deep_in_a_field", R"({"full_name":)" + nested("[", "]") + "}"),
    unreadable("invalid_utf8", "{\"full_name\":\"\xff\"}"),
    unreadable("overlong_utf8", "{\"full_name\":\"\xc0\xaf\"}"),
    unreadable("utf8_surrogate", "{\"full_name\":\"\xed\xa0\x80\"}"),
    unreadable("lone_surrogate", R"({"full_name":"\ud800"})"),
    unreadable("swapped_surrogates", R"({"full_name":"\udc00\ud800"})"),
    unreadable("nan", R"({"full_name":NaN})"),
    unreadable("infinity", R"({"full_name":-Infinity})"),
    unreadable("trailing_garbage", R"({"full_name":"A"} x)"),
    unreadable("two_documents", R"({"full_name":"A"}{"full_name":"B"})"),
    unreadable("trailing_comma", R"({"full_name":"A",})"),
    unreadable("comment", R"({"full_name":"A"/* b */})"),
    unreadable("single_quotes", "{'full_name':'A'}"),
    unreadable("raw_control", "{\"full_name\":\"a\nb\"}"),
    unreadable("raw_nul", "{\"full_name\":\"a" + std::string(1, '\0') + "b\"}"),
    unreadable("byte_order_mark", "\xef\xbb\xbf{}"),
    unreadable("cut_off", R"({"full_name":"A)"),
    unreadable("only_blanks", "   "),
    unreadable("duplicate_key", R"({"full_name":"A","full_name":"B"})", "duplicate_key"),
    unreadable("duplicate_key_escaped", R"({"full_name":"A","full\u005fname":"B"})",
               "duplicate_key"),
    profile("an_array", "[]", "body"),
    profile("a_number", "1", "body"),

    quantity("quantity_zero", "0"),
    quantity("quantity_negative", "-1"),
    quantity("quantity_fraction", "1.5"),
    quantity("quantity_whole_fraction", "1.0"),
    quantity("quantity_text", R"("1")"),
    quantity("quantity_true", "true"),
    quantity("quantity_2_63", "9223372036854775808"),
    quantity("quantity_2_64", "18446744073709551616"),
    quantity("quantity_huge", "9223372036854775807"),
    order("quantity_1e400", order_body(R"("sku":"{sku}","quantity":1e400)"), "", 400,
          "malformed_json"),
    order(
        "no_items",
        R"({"items":[],"shipping_address":{"full_name":"A","line1":"1","city":"C","postal_code":"1","country":"US"},"payment":{"method":"card","token":"tok_visa"}})",
        "items"),
    also("total_sent", R"("total":{"amount":1,"currency":"USD"})", "total"),
    also("status_sent", R"("status":"confirmed")", "status"),
    also("user_sent", R"("user_id":"00000000-0000-7000-8000-000000000000")", "user_id"),
    also("discount_sent", R"("discount_total":{"amount":999,"currency":"USD"})", "discount_total"),
    also("prototype_sent", R"("__proto__":{"admin":true})", "__proto__"),
    also("unknown_currency", R"("expected_total":{"amount":1000,"currency":"XXQ"})",
         "expected_total.currency"),
    also("lower_case_currency", R"("expected_total":{"amount":1000,"currency":"usd"})",
         "expected_total.currency"),
    order("price_sent",
          order_body(R"("sku":"{sku}","quantity":1,"unit_price":{"amount":1,"currency":"USD"})"),
          "items[0].unit_price"),
    order("sku_with_sql", order_body(R"("sku":"x'; DROP TABLE stock; --","quantity":1)"),
          "items[0].sku"),
    order("unknown_country", order_body(R"("sku":"{sku}","quantity":1)", "", "XX"),
          "shipping_address.country"),
    order("long_country", order_body(R"("sku":"{sku}","quantity":1)", "", "USA"),
          "shipping_address.country"),

    profile("role_sent", R"({"full_name":"A","roles":["admin"]})", "roles"),
    profile("email_sent", R"({"email":"admin@souk.local"})", "email"),
    profile("id_sent", R"({"id":"{order}"})", "id"),
    profile("name_with_crlf", R"({"full_name":"A\r\nBcc: all@example.com"})", "full_name"),
    profile("name_with_nul", R"({"full_name":"a)" + kNul + R"("})", "full_name"),
    profile("name_too_long", R"({"full_name":")" + std::string(201, 'a') + R"("})", "full_name"),
    profile("phone_with_sql", R"({"phone":"1' OR '1'='1"})", "phone"),
    registration("register_with_role",
                 R"("email":"x@example.com","full_name":"A","role":"admin",)" + kPassword, "role"),
    registration("register_name_with_crlf",
                 R"("email":"x@example.com","full_name":"A\r\nBcc: all@example.com",)" + kPassword,
                 "full_name"),
    registration("register_email_with_crlf",
                 R"("email":"x@example.com\r\nBcc: y@example.com","full_name":"A",)" + kPassword,
                 "email"),
    registration("register_email_with_two",
                 R"("email":"x@example.com,y@example.com","full_name":"A",)" + kPassword, "email"),
    registration("password_of_200_kb",
                 R"("email":"x@example.com","full_name":"A","password":")" +
                     std::string(200'000, 'a') + R"(")",
                 "password"),
    registration("password_with_nul",
                 R"("email":"x","full_name":"A","password":"long enough)" + kNul + R"(")", "email"),

    product("price_negative", R"("sku":"BAD-1","price":{"amount":-1,"currency":"USD"})",
            "variants[0].price.amount"),
    product("price_fraction", R"("sku":"BAD-1","price":{"amount":1.5,"currency":"USD"})",
            "variants[0].price.amount"),
    product("price_unknown_currency", R"("sku":"BAD-1","price":{"amount":1,"currency":"ZZZ"})",
            "variants[0].price.currency"),
    product("price_too_large",
            R"("sku":"BAD-1","price":{"amount":9223372036854775807,"currency":"USD"})",
            "variants[0].price.amount"),
    product("description_with_nul", kVariant, "description",
            R"(,"description":"a)" + kNul + R"(")"),
    product("option_with_nul", kVariant + R"(,"options":{"size":"a)" + kNul + R"("})",
            "variants[0].options"),
    product("image_of_script", kVariant, "images[0].url",
            R"-(,"images":[{"url":"javascript:alert(1)"}])-"),
    product("unknown_status", kVariant, "status", R"(,"status":"free")"),
    product("product_id_sent", kVariant, "id", R"(,"id":"{product}")"),
    {"stock_negative", Caller::admin, "PUT", "/api/v1/inventory/{sku}", R"({"on_hand":-1})", 422,
     "validation_failed", "on_hand"},
    {"stock_reserved_sent", Caller::admin, "PUT", "/api/v1/inventory/{sku}",
     R"({"on_hand":1,"reserved":0})", 422, "validation_failed", "reserved"},
    {"adjustment_below_zero", Caller::admin, "POST", "/api/v1/inventory/{sku}/adjustments",
     R"({"delta":-100000,"reason":"stolen"})", 409, "insufficient_stock"},
    {"roles_unknown", Caller::admin, "PUT", "/api/v1/users/{order}/roles", R"({"roles":["root"]})",
     422, "validation_failed", "roles[0]"},

    listing("page_size_1e9", "/api/v1/products?page_size=1000000000", "page_size"),
    listing("page_size_1e9_written", "/api/v1/products?page_size=1e9", "page_size"),
    listing("page_size_negative", "/api/v1/products?page_size=-1", "page_size"),
    listing("page_size_zero", "/api/v1/products?page_size=0", "page_size"),
    listing("page_size_2_32", "/api/v1/products?page_size=4294967297", "page_size"),
    listing("page_size_twice", "/api/v1/products?page_size=1&page_size=2", "page_size"),
    listing("unknown_parameter", "/api/v1/products?debug=true", "debug"),
    listing("price_not_a_number", "/api/v1/products?min_price=1%20OR%201=1", "min_price"),
    listing("price_2_64", "/api/v1/products?min_price=18446744073709551616", "min_price"),
    listing("sort_with_sql", "/api/v1/products?sort=price;DROP%20TABLE%20products", "sort"),
    listing("sort_unknown_column", "/api/v1/products?sort=tenant_id", "sort"),
    listing("query_too_long", "/api/v1/products?query=" + std::string(201, 'a'), "query"),
    listing("page_token_garbage", "/api/v1/products?page_token=garbage", "", 400,
            "invalid_page_token"),
    listing("page_token_forged",
            "/api/v1/products?page_token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "", 400,
            "invalid_page_token"),
    listing("page_token_altered", "/api/v1/products?sort=newest&page_token={products_token}AA", "",
            400, "invalid_page_token"),
    listing("page_token_of_other_sort", "/api/v1/products?sort=price&page_token={products_token}",
            "", 400, "invalid_page_token"),
    {"page_token_of_other_list", Caller::shopper, "GET",
     "/api/v1/orders?page_token={products_token}", "", 400, "invalid_page_token"},
    {"page_token_of_other_account", Caller::admin, "GET",
     "/api/v1/orders?page_token={orders_token}", "", 400, "invalid_page_token"},
    {"order_id_with_sql", Caller::shopper, "GET", "/api/v1/orders/1'%20OR%20'1'='1", "", 404,
     "not_found"},
    {"order_id_number", Caller::shopper, "GET", "/api/v1/orders/1", "", 404, "not_found"},
    listing("product_id_with_sql", "/api/v1/products/x'%20OR%20'1'='1", "", 404, "not_found"),
};

class DataRow : public ::testing::TestWithParam<Row> {};

TEST_P(DataRow, IsRefusedAndChangesNothing) { expect_refused(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Security, DataRow, ::testing::ValuesIn(kRows),
                         [](const auto& each) { return std::string{each.param.name}; });

/// Sent as a search, taken by the letter: found nowhere, and quickly.
const std::string kSearches[] = {"'; DROP TABLE products; --",
                                 "' OR '1'='1",
                                 "x' UNION SELECT password_hash FROM users --",
                                 "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%zq",
                                 "zq____________________________",
                                 "zq\\",
                                 "((((((((((a+)+)+)+)+)+)+)+)+)+$zq",
                                 "zq:* & !zq | (zq <-> zq)",
                                 std::string(199, '(') + "z",
                                 "zq${jndi:ldap://127.0.0.1/a}",
                                 "zq{{7*7}}"};

TEST(Search, TakesEverythingLiterallyAndInBoundedTime) {
  auto& shop = world();
  for (const auto& words : kSearches) {
    for (const std::string parameter : {"query", "category"}) {
      const auto started = std::chrono::steady_clock::now();
      const auto target = "/api/v1/products?" + parameter + "=" + http::percent_encode(words);
      const auto reply = shop.exchange(shop.request(Caller::visitor, "GET", target, ""));
      EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{2}) << words;
      ASSERT_EQ(reply.status, 200) << words << reply.body;
      EXPECT_TRUE(json_of(reply).at("items").as_array().empty()) << parameter << " " << words;
    }
  }
  EXPECT_FALSE(shop.admin().get("/api/v1/products").at("items").as_array().empty());
}

TEST(Markup, IsStoredAsItIsAndNeverServedAsAPage) {
  constexpr std::string_view kScript = "<script>alert(1)</script>";
  auto& shop = world();
  const auto body = fmt::format(R"({{"full_name":"{}"}})", kScript);
  const auto stored =
      shop.exchange(shop.request(Caller::shopper, "PUT", "/api/v1/users/profile", body));
  EXPECT_EQ(stored.status, 200) << stored.body;
  const auto read =
      shop.exchange(shop.request(Caller::shopper, "GET", "/api/v1/users/profile", ""));
  EXPECT_EQ(json_of(read).at("full_name").as_string(), kScript);
  EXPECT_TRUE(read.has("Content-Type: application/json")) << read.head;
  EXPECT_TRUE(read.has("X-Content-Type-Options: nosniff")) << read.head;
  EXPECT_TRUE(read.has("Cache-Control: no-store")) << read.head;
  EXPECT_TRUE(header_of(read, "Content-Security-Policy").contains("default-src 'none'"))
      << read.head;
}

TEST(Idempotency, AKeyIsVisibleAsciiAndBounded) {
  auto& shop = world();
  const auto before = shop.state();
  const auto body = shop.fill(order_body(R"("sku":"{sku}","quantity":1)"));
  for (const auto& key : {std::string(256, 'k'), std::string{"two words"},
                          std::string{"caf\xc3\xa9"}, std::string{}}) {
    const auto header = fmt::format("Idempotency-Key: {}\r\n", key);
    const auto reply =
        shop.exchange(shop.request(Caller::shopper, "POST", "/api/v1/orders", body, header));
    expect_problem(reply, 400, "invalid_idempotency_key");
  }
  expect_problem(shop.exchange(shop.request(Caller::shopper, "POST", "/api/v1/orders", body)), 400,
                 "idempotency_key_required");
  EXPECT_EQ(shop.state(), before);
}

}  // namespace
}  // namespace souk::testing::bad_inputs
