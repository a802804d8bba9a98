// Commerce: guests, saved addresses, carts, delivery, and the links in mails about orders.
#include <gtest/gtest.h>

#include "rows.hpp"

namespace souk::testing::bad_inputs {
namespace {

Row guest(const char* name, const std::string& members, std::string field) {
  return {name, Caller::visitor,     "POST",          "/api/v1/auth/guest", "{" + members + "}",
          422,  "validation_failed", std::move(field)};
}

/// A good address but for `member`.
std::string address_body(const std::string& member, const std::string& more = "") {
  return R"({"address":{"full_name":"A","line1":"1","city":"C","postal_code":"1",)" + member + "}" +
         more + "}";
}

Row address(const char* name, const std::string& body, std::string field) {
  return {name, Caller::shopper,     "POST",          "/api/v1/users/addresses", body,
          422,  "validation_failed", std::move(field)};
}

Row cart(const char* name, std::string body, std::string field,
         std::string target = "/api/v1/cart/items/{sku}", std::string method = "PUT") {
  return {name, Caller::shopper,     std::move(method), std::move(target), std::move(body),
          422,  "validation_failed", std::move(field)};
}

Row shipping(const char* name, const std::string& members, std::string field) {
  return {name,
          Caller::admin,
          "POST",
          "/api/v1/shipping/methods",
          R"({"code":"bad",)" + members + "}",
          422,
          "validation_failed",
          std::move(field)};
}

const std::string kPost = R"("name":"Bad","price":{"amount":1,"currency":"USD"})";
const Row kRows[] = {
    guest("guest_with_role", R"("email":"x@example.com","roles":["admin"])", "roles"),
    guest("guest_with_password", R"("email":"x@example.com","password":"correct horse battery")",
          "password"),
    guest("guest_without_email", R"("full_name":"A")", "email"),
    guest("guest_email_with_crlf", R"("email":"x@example.com\r\nBcc: y@example.com")", "email"),
    guest("guest_email_with_two", R"("email":"x@example.com,y@example.com")", "email"),
    guest("guest_name_with_crlf",
          R"("email":"x@example.com","full_name":"A\r\nBcc: b@example.com")", "full_name"),
    guest("guest_name_too_long",
          R"("email":"x@example.com","full_name":")" + std::string(201, 'a') + R"(")", "full_name"),

    {"order_link_made_up", Caller::visitor, "POST", "/api/v1/orders/by-link",
     R"({"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})", 422, "invalid_link"},
    {"order_link_of_another_purpose", Caller::visitor, "POST", "/api/v1/orders/by-link",
     R"({"token":"{orders_token}"})", 422, "invalid_link"},
    {"order_link_too_long", Caller::visitor, "POST", "/api/v1/orders/by-link",
     R"({"token":")" + std::string(257, 'a') + R"("})", 422, "validation_failed", "token"},

    address("address_unknown_country", address_body(R"("country":"XX")"), "address.country"),
    address("address_without_country", address_body(R"("region":"R")"), "address.country"),
    address("address_line_with_crlf",
            address_body(R"("country":"US","line2":"a\r\nBcc: b@example.com")"), "address.line2"),
    address(
        "address_of_a_user",
        address_body(R"("country":"US")", R"(,"user_id":"00000000-0000-7000-8000-000000000000")"),
        "user_id"),
    address("address_id_sent", address_body(R"("country":"US")", R"(,"id":"{strangers_address}")"),
            "id"),
    address("address_label_too_long",
            address_body(R"("country":"US")", R"(,"label":")" + std::string(51, 'a') + R"(")"),
            "label"),
    address("address_missing", R"({"label":"Home"})", "address"),
    address("address_default_as_text", address_body(R"("country":"US")", R"(,"is_default":"yes")"),
            "is_default"),
    {"address_of_a_stranger", Caller::shopper, "PUT", "/api/v1/users/addresses/{strangers_address}",
     address_body(R"("country":"US")", R"(,"is_default":true)"), 404, "not_found"},
    {"address_of_nobody", Caller::shopper, "DELETE", "/api/v1/users/addresses/1'%20OR%20'1'='1", "",
     404, "not_found"},
    {"address_of_a_stranger_deleted", Caller::shopper, "DELETE",
     "/api/v1/users/addresses/{strangers_address}", "", 404, "not_found"},

    cart("cart_quantity_zero", R"({"quantity":0})", "quantity"),
    cart("cart_quantity_negative", R"({"quantity":-1})", "quantity"),
    cart("cart_quantity_fraction", R"({"quantity":1.5})", "quantity"),
    cart("cart_quantity_text", R"({"quantity":"1"})", "quantity"),
    cart("cart_quantity_2_63", R"({"quantity":9223372036854775808})", "quantity"),
    cart("cart_quantity_huge", R"({"quantity":100001})", "quantity"),
    cart("cart_quantity_missing", "{}", "quantity"),
    cart("cart_price_sent", R"({"quantity":1,"unit_price":{"amount":1,"currency":"USD"}})",
         "unit_price"),
    cart("cart_user_sent", R"({"quantity":1,"user_id":"00000000-0000-7000-8000-000000000000"})",
         "user_id"),
    cart("cart_unknown_sku", R"({"quantity":1})", "sku", "/api/v1/cart/items/GHOST-1"),
    cart("cart_sku_with_sql", R"({"quantity":1})", "sku",
         "/api/v1/cart/items/x'%3B%20DROP%20TABLE%20carts%3B%20--"),
    cart("cart_merge_quantity_zero", R"({"items":[{"sku":"{sku}","quantity":0}]})",
         "items[0].quantity", "/api/v1/cart/merge", "POST"),
    cart("cart_merge_price_sent",
         R"({"items":[{"sku":"{sku}","quantity":9,"total":{"amount":1,"currency":"USD"}}]})",
         "items[0].total", "/api/v1/cart/merge", "POST"),
    cart("cart_merge_sku_with_sql", R"({"items":[{"sku":"' OR 1=1 --","quantity":9}]})",
         "items[0].sku", "/api/v1/cart/merge", "POST"),

    shipping("shipping_price_negative", R"("name":"Bad","price":{"amount":-1,"currency":"USD"})",
             "price.amount"),
    shipping("shipping_price_2_63",
             R"("name":"Bad","price":{"amount":9223372036854775807,"currency":"USD"})",
             "price.amount"),
    shipping("shipping_foreign_price", R"("name":"Bad","price":{"amount":1,"currency":"JPY"})",
             "price.currency"),
    shipping("shipping_without_price", R"("name":"Bad")", "price"),
    shipping("shipping_unknown_country", kPost + R"(,"countries":["US","XX"])", "countries[1]"),
    shipping("shipping_country_twice", kPost + R"(,"countries":["US","US"])", "countries[1]"),
    shipping("shipping_days_backwards", kPost + R"(,"min_days":3,"max_days":2)", "max_days"),
    shipping("shipping_days_negative", kPost + R"(,"min_days":-1)", "min_days"),
    shipping("shipping_free_from_negative",
             kPost + R"(,"free_from":{"amount":-1,"currency":"USD"})", "free_from.amount"),
    shipping("shipping_name_with_crlf", R"("name":"a\r\nb","price":{"amount":1,"currency":"USD"})",
             "name"),
    {"shipping_code_with_sql", Caller::admin, "POST", "/api/v1/shipping/methods",
     R"({"code":"x'; --",)" + kPost + "}", 422, "validation_failed", "code"},
    {"shipping_code_taken", Caller::admin, "POST", "/api/v1/shipping/methods",
     R"({"code":"post",)" + kPost + "}", 409, "shipping_method_taken"},
    {"shipping_of_nothing", Caller::admin, "DELETE", "/api/v1/shipping/methods/x'%20OR%20'1'='1",
     "", 404, "not_found"},
    listing("methods_unknown_currency", "/api/v1/payments/methods?currency=XYZ", "currency"),
    {"session_of_nobody", Caller::shopper, "DELETE",
     "/api/v1/users/sessions/00000000-0000-7000-8000-00000000dead", "", 404, "not_found"},
    {"session_with_sql", Caller::shopper, "DELETE", "/api/v1/users/sessions/1'%20OR%20'1'='1", "",
     404, "not_found"},
    listing("rates_without_country", "/api/v1/shipping/rates", "country"),
    listing("rates_unknown_country", "/api/v1/shipping/rates?country=XX", "country"),
    listing("rates_subtotal_negative", "/api/v1/shipping/rates?country=US&subtotal=-1", "subtotal"),
    listing("rates_subtotal_2_64",
            "/api/v1/shipping/rates?country=US&subtotal=18446744073709551616", "subtotal"),
    also("shipping_total_sent", R"("shipping_total":{"amount":0,"currency":"USD"})",
         "shipping_total"),
    also("shipping_method_unknown", R"("shipping_method":"ghost")", "shipping_method"),
    also("shipping_method_elsewhere", R"("shipping_method":"home")", "shipping_method"),
    also("shipping_method_with_sql", R"("shipping_method":"x'; --")", "shipping_method"),
    order("country_without_delivery", order_body(R"("sku":"{sku}","quantity":1)", "", "FR"),
          "shipping_address.country"),
};

class CommerceRow : public ::testing::TestWithParam<Row> {};

TEST_P(CommerceRow, IsRefusedAndChangesNothing) { expect_refused(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Security, CommerceRow, ::testing::ValuesIn(kRows),
                         [](const auto& each) { return std::string{each.param.name}; });

}  // namespace
}  // namespace souk::testing::bad_inputs
