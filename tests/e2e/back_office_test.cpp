#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/uri.hpp"
#include "support/api_client.hpp"
#include "support/pictures.hpp"
#include "support/running_platform.hpp"

/// What those who look after the shop do, through the public API.
namespace souk::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class BackOfficeJourney : public ::testing::TestWithParam<Shape> {
 protected:
  BackOfficeJourney() {
    platform_.start();
    admin_.emplace(platform_.url());
    admin_->log_in_as_admin();
    shopper_.emplace(platform_.url());
    shopper_->register_account(email_);
  }

  std::string newest_product() {
    return admin_->get("/api/v1/admin/products?page_size=1").text("items.0.id");
  }

  RunningPlatform platform_{GetParam(), {"SOUK_RATE_LIMITS=off"}};
  std::string email_ = ApiClient::unique_email();
  std::optional<ApiClient> admin_, shopper_;
};

TEST_P(BackOfficeJourney, APictureIsUploadedServedAndTakenAway) {
  const auto sku = admin_->make_product(1999, 10);
  const auto product = newest_product();
  const auto page = "/api/v1/products/" + product;
  EXPECT_EQ(shopper_->get(page).at("images").as_array().size(), 0U);
  // More than gRPC takes by default: a camera writes a lot beside the picture.
  const auto bytes =
      picture({.width = 1000, .height = 500, .orientation = 6}) + std::string(9'000'000, 'x');
  const auto uploaded = admin_->post_file(page + "/images?alt=" + http::percent_encode("Größe L"),
                                          bytes, "image/jpeg");
  ASSERT_EQ(uploaded.status, 201) << boost::json::serialize(uploaded.body);
  EXPECT_EQ(uploaded.text("alt"), "Größe L");
  EXPECT_EQ(uploaded.number("width"), 500) << "it is upright";
  ASSERT_TRUE(eventually([&] { return shopper_->get(page).at("images").as_array().size() == 1; }))
      << "the cached page is dropped";

  ApiClient visitor{platform_.url()};
  for (const auto& size : uploaded.at("sizes").as_array()) {
    const auto file = visitor.get(std::string{size.at("url").as_string()});
    ASSERT_EQ(file.status, 200);
    EXPECT_EQ(file.headers.get("Content-Type"), "image/webp");
    EXPECT_EQ(file.headers.get("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(file.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_TRUE(file.headers.get("ETag"));
    EXPECT_EQ(look_at(file.file).width, size.at("width").as_int64());
  }
  const auto jpeg = visitor.get(uploaded.text("url"));
  EXPECT_EQ(jpeg.headers.get("Content-Type"), "image/jpeg");
  EXPECT_LT(jpeg.file.size(), 100'000U);
  EXPECT_EQ(visitor.get(uploaded.text("url") + "?v=2").status, 422);

  EXPECT_EQ(admin_->remove(page + "/images/" + uploaded.text("id")).status, 204);
  EXPECT_TRUE(eventually([&] { return shopper_->get(page).at("images").as_array().empty(); }));
}

TEST_P(BackOfficeJourney, ACatalogueGoesOutAsCsvAndComesBack) {
  const auto sku = admin_->make_product(1999, 10);
  const auto csv = admin_->get("/api/v1/products/export");
  ASSERT_EQ(csv.status, 200);
  EXPECT_EQ(csv.headers.get("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_THAT(std::string{csv.headers.get("Content-Disposition").value()},
              StartsWith("attachment"));
  EXPECT_THAT(csv.file, HasSubstr(sku));
  const auto same = admin_->post_file("/api/v1/products/import", csv.file, "text/csv");
  ASSERT_EQ(same.status, 200) << boost::json::serialize(same.body);
  EXPECT_EQ(same.number("unchanged"), same.number("lines")) << boost::json::serialize(same.body);

  const auto dearer = "sku,price\n" + sku + ",25.00\nno-such,1.00\n";
  const auto preview =
      admin_->post_file("/api/v1/products/import?dry_run=true", dearer, "text/csv; charset=utf-8");
  EXPECT_EQ(preview.text("items.0.changes.0.after"), "25.00");
  EXPECT_EQ(preview.text("items.1.errors.0.code"), "required");
  EXPECT_EQ(admin_->get("/api/v1/products/" + newest_product()).number("price.amount"), 1999);
  EXPECT_EQ(admin_->post_file("/api/v1/products/import", dearer, "text/csv").number("changed"), 1);
  EXPECT_EQ(admin_->get("/api/v1/products/" + newest_product()).number("price.amount"), 2500);
}

TEST_P(BackOfficeJourney, GuestsOrdersAreFoundByTheirAddress) {
  const auto sku = admin_->make_product(1999, 10);
  const auto address = ApiClient::unique_email();
  for (int i = 0; i < 2; ++i) {
    ApiClient guest{platform_.url()};
    guest.use_token(guest.post("/api/v1/auth/guest", {{"email", address}}).text("access_token"));
    EXPECT_EQ(guest.order(sku, 1).status, 201);
  }
  EXPECT_EQ(admin_->get("/api/v1/admin/orders?query=" + http::percent_encode(address))
                .at("items")
                .as_array()
                .size(),
            2U);
}

TEST_P(BackOfficeJourney, OrdersAreFoundAndSalesAddUp) {
  const auto sku = admin_->make_product(1999, 10);
  const auto order = shopper_->order(sku, 2);
  ASSERT_EQ(order.status, 201) << boost::json::serialize(order.body);
  shopper_->order(sku, 1, "tok_declined");
  const auto find = [&](const std::string& query) {
    return admin_->get("/api/v1/admin/orders?status=confirmed&query=" +
                       http::percent_encode(query));
  };
  for (const auto& query : {order.text("number"), email_, order.text("id")})
    EXPECT_EQ(find(query).text("items.0.id"), order.text("id")) << query;
  EXPECT_TRUE(find("nobody@example.com").at("items").as_array().empty());
  EXPECT_EQ(shopper_->get("/api/v1/admin/orders").status, 403);

  const auto sales =
      admin_->get("/api/v1/admin/statistics/sales?from=" + order.text("created_at").substr(0, 10) +
                  "&to=" + order.text("created_at").substr(0, 10));
  ASSERT_EQ(sales.status, 200) << boost::json::serialize(sales.body);
  EXPECT_EQ(sales.number("items.0.revenue.amount"), 3998);
  EXPECT_EQ(sales.text("items.0.top_products.0.sku"), sku);
  EXPECT_EQ(sales.number("checkouts.confirmed"), 1);
  EXPECT_EQ(sales.number("checkouts.payment_failed"), 1);

  EXPECT_EQ(admin_->get("/api/v1/inventory?query=" + sku).text("items.0.sku"), sku);
  for (const auto* service : {"inventory-service", "notification-service", "order-service",
                              "payment-service", "product-service"}) {
    const auto letters = admin_->get(std::string{"/api/v1/admin/dead-letters?service="} + service);
    ASSERT_EQ(letters.status, 200) << boost::json::serialize(letters.body);
    EXPECT_TRUE(letters.at("items").as_array().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, BackOfficeJourney,
                         ::testing::Values(Shape::one_process, Shape::seven_processes),
                         [](const auto& each) {
                           return each.param == Shape::one_process ? "OneProcess"
                                                                   : "SevenProcesses";
                         });

}  // namespace
}  // namespace souk::testing
