// What only staff may send or ask for: pictures, CSV, lists, statistics, dead letters.
#include <gtest/gtest.h>

#include "rows.hpp"
#include "support/pictures.hpp"

namespace souk::testing::bad_inputs {
namespace {

std::string many_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "A\n";
  return text;
}

/// Sent as a picture of {product}.
Row upload(const char* name, std::string body, int status, std::string code,
           std::string type = "image/jpeg", std::string query = "", std::string field = "") {
  return {name,
          Caller::admin,
          "POST",
          "/api/v1/products/{product}/images" + query,
          std::move(body),
          status,
          std::move(code),
          std::move(field),
          std::move(type)};
}

Row csv(const char* name, std::string body, int status, std::string code, std::string field = "") {
  return {name,
          Caller::admin,
          "POST",
          "/api/v1/products/import",
          std::move(body),
          status,
          std::move(code),
          std::move(field),
          "text/csv"};
}

/// A list of the back office, asked for by an administrator.
Row back_office(const char* name, const std::string& target, std::string field, int status = 422,
                std::string code = "validation_failed") {
  return {name, Caller::admin, "GET",           "/api/v1/" + target,
          "",   status,        std::move(code), std::move(field)};
}

const std::string kPicture = picture({.width = 64, .height = 64});

/// A good product with one member too many.
Row product(const char* name, std::string field, const std::string& member) {
  const std::string good =
      R"({"name":"Bad","variants":[{"sku":"BAD-1","price":{"amount":100,"currency":"USD"}}],)";
  return {name, Caller::admin,       "POST",          "/api/v1/products", good + member + "}",
          422,  "validation_failed", std::move(field)};
}

const Row kRows[] = {
    upload("image_of_another_type", kPicture, 415, "unsupported_media_type", "image/png"),
    upload("image_as_svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", 415,
           "unsupported_media_type", "image/svg+xml"),
    upload("image_as_json", "{}", 415, "unsupported_media_type", "application/json"),
    upload("image_as_form", kPicture, 415, "unsupported_media_type", "multipart/form-data"),
    upload("image_gif_as_png", "GIF89a" + std::string(40, 'x'), 415, "unsupported_media_type",
           "image/png"),
    upload("image_page_before_jpeg", "<script>alert(1)</script>" + kPicture, 415,
           "unsupported_media_type"),
    upload("image_truncated", kPicture.substr(0, kPicture.size() / 2), 422, "validation_failed",
           "image/jpeg", "", "body"),
    upload("image_head_alone", "\xFF\xD8\xFF", 422, "validation_failed", "image/jpeg", "", "body"),
    upload("image_of_noise", "\xFF\xD8\xFF" + std::string(5000, '\xE0'), 422, "validation_failed",
           "image/jpeg", "", "body"),
    upload("image_bomb", png_of_size(60'000, 60'000), 413, "image_too_large", "image/png"),
    upload("image_bomb_2_31", png_of_size(2'147'483'647, 2'147'483'647), 422, "validation_failed",
           "image/png", "", "body"),
    upload("image_of_9_mb_of_zeros", "\xFF\xD8\xFF" + std::string(9'000'000, '\0'), 422,
           "validation_failed", "image/jpeg", "", "body"),
    upload("image_over_10_mb", std::string(10'485'761, 'x'), 413, "body_too_large"),
    upload("image_alt_too_long", kPicture, 422, "validation_failed", "image/jpeg",
           "?alt=" + std::string(301, 'a'), "alt"),
    upload("image_alt_with_crlf", kPicture, 400, "malformed_query", "image/jpeg", "?alt=a%0D%0Ab"),
    upload("image_body_in_query", kPicture, 422, "validation_failed", "image/jpeg", "?body=x",
           "body"),
    upload("image_id_in_query", kPicture, 422, "validation_failed", "image/jpeg", "?id=x", "id"),
    {"image_of_no_product", Caller::admin, "POST", "/api/v1/products/no-such/images", kPicture, 404,
     "not_found", "", "image/jpeg"},
    {"image_by_a_shopper", Caller::shopper, "POST", "/api/v1/products/{product}/images", kPicture,
     403, "forbidden", "", "image/jpeg"},
    {"image_by_a_visitor", Caller::visitor, "POST", "/api/v1/products/{product}/images", kPicture,
     401, "unauthenticated", "", "image/jpeg"},
    {"large_image_by_a_shopper", Caller::shopper, "POST", "/api/v1/products/{product}/images",
     std::string(1'100'000, 'x'), 413, "body_too_large", "", "image/jpeg"},
    {"image_order_of_others", Caller::admin, "PUT", "/api/v1/products/{product}/images",
     R"({"image_ids":["../../etc/passwd"]})", 422, "validation_failed", "image_ids"},
    {"image_alt_missing", Caller::admin, "PUT", "/api/v1/products/{product}/images/x", "{}", 422,
     "validation_failed", "alt"},
    {"image_file_traversal", Caller::visitor, "GET", "/api/v1/images/..%2f..%2fetc/passwd", "", 400,
     "malformed_path"},
    {"image_file_of_sql", Caller::visitor, "GET", "/api/v1/images/x'%20OR%20'1'='1/640.webp", "",
     404, "not_found"},
    {"image_file_with_a_query", Caller::visitor, "GET", "/api/v1/images/x/640.webp?width=99999", "",
     422, "validation_failed", "width"},
    product("image_never_uploaded", "images[0].url",
            R"("images":[{"url":"/api/v1/images/)" + std::string(64, 'a') + R"(/640.jpg"}])"),
    product("slug_of_the_export", "slug", R"("slug":"export")"),
    csv("csv_no_utf8", "sku\n\xFF\n", 400, "malformed_csv"),
    csv("csv_unknown_column", "sku,roles\nA,admin\n", 422, "validation_failed", "body"),
    csv("csv_empty", "\n", 422, "validation_failed", "body"),
    csv("csv_too_many_lines", "sku\n" + many_lines(5'001), 422, "validation_failed", "body"),
    csv("csv_over_2_mb", std::string(2'097'153, 'x'), 413, "body_too_large"),
    {"csv_as_json", Caller::admin, "POST", "/api/v1/products/import", "{}", 415,
     "unsupported_media_type"},
    {"csv_by_a_shopper", Caller::shopper, "POST", "/api/v1/products/import", "sku\n", 403,
     "forbidden", "", "text/csv"},
    back_office("all_products_page_size", "admin/products?page_size=1000000000", "page_size"),
    back_office("all_products_status", "admin/products?status=deleted", "status"),
    back_office("all_products_forged_token", "admin/products?page_token=AAAA", "", 400,
                "invalid_page_token"),
    back_office("all_products_public_token", "admin/products?page_token={products_token}", "", 400,
                "invalid_page_token"),
    back_office("all_orders_day", "admin/orders?from=2026-02-30", "from"),
    back_office("all_orders_sql_day", "admin/orders?to=now()", "to"),
    back_office("all_orders_customer", "admin/orders?user_id=1", "user_id"),
    back_office("all_orders_own_token", "admin/orders?page_token={orders_token}", "", 400,
                "invalid_page_token"),
    back_office("stock_page_size", "inventory?page_size=-1", "page_size"),
    back_office("stock_availability", "inventory?availability=lots", "availability"),
    back_office("stock_forged_token", "inventory?page_token=AAAA", "", 400, "invalid_page_token"),
    back_office("movements_forged_token", "inventory/{sku}/movements?page_token=AAAA", "", 400,
                "invalid_page_token"),
    back_office("payments_forged_token", "payments?page_token=AAAA", "", 400, "invalid_page_token"),
    back_office("users_forged_token", "users?page_token=AAAA", "", 400, "invalid_page_token"),
    back_office("messages_channel", "notifications/messages?channel=pigeon", "channel"),
    back_office("messages_forged_token", "notifications/messages?page_token=AAAA", "", 400,
                "invalid_page_token"),
    back_office("sales_without_days", "admin/statistics/sales", "from"),
    back_office("sales_day", "admin/statistics/sales?from=2026-02-30&to=2026-03-01", "from"),
    back_office("sales_backwards", "admin/statistics/sales?from=2026-03-02&to=2026-03-01", "to"),
    back_office("sales_of_ten_years", "admin/statistics/sales?from=2016-01-01&to=2026-01-01", "to"),
    back_office("sales_interval_sql",
                "admin/statistics/sales?from=2026-01-01&to=2026-01-02&interval=day')--",
                "interval"),
    back_office("dead_letters_of_nobody", "admin/dead-letters", "service"),
    back_office("dead_letters_of_another_host", "admin/dead-letters?service=127.0.0.1:5432",
                "service"),
    back_office("dead_letters_of_the_gateway", "admin/dead-letters?service=api-gateway", "service"),
    back_office("dead_letters_forged_token",
                "admin/dead-letters?service=product-service&page_token=AAAA", "", 400,
                "invalid_page_token"),
    {"dead_letters_replay_of_all", Caller::admin, "POST", "/api/v1/admin/dead-letters/replay",
     R"({"service":"product-service","ids":[]})", 422, "validation_failed", "ids"},
};

class BackOfficeRow : public ::testing::TestWithParam<Row> {};

TEST_P(BackOfficeRow, IsRefusedAndChangesNothing) { expect_refused(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Security, BackOfficeRow, ::testing::ValuesIn(kRows),
                         [](const auto& each) { return std::string{each.param.name}; });

}  // namespace
}  // namespace souk::testing::bad_inputs
