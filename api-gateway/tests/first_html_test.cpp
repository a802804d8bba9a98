#include "internal/server/first_html.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "internal/pages/page_head.hpp"
#include "testing/world.hpp"

namespace souk::gateway {
namespace {

constexpr char kShop[] = "https://shop.example";

product::v1::Product lamp() {
  product::v1::Product product;
  product.set_name("Lamp \"Noor\" <brass>");
  product.set_slug("lamp");
  product.set_description("Warm light & long evenings.");
  auto& category = *product.add_categories();
  category.set_slug("lighting");
  category.set_name("Lighting");
  product.add_images()->set_url("/media/lamp.webp");
  for (const auto& [sku, amount, availability] :
       {std::tuple{"LAMP-S", 8900, "in_stock"}, std::tuple{"LAMP-L", 12900, "out_of_stock"}}) {
    auto& variant = *product.add_variants();
    variant.set_sku(sku);
    variant.mutable_price()->set_amount(amount);
    variant.mutable_price()->set_currency("USD");
    variant.set_availability(availability);
  }
  return product;
}

/// The schema.org data of a head.
boost::json::value data_of(const std::string& head) {
  constexpr std::string_view kOpen = "<script type=\"application/ld+json\">";
  const auto begin = head.find(kOpen) + kOpen.size();
  return boost::json::parse(head.substr(begin, head.find("</script>") - begin));
}

bool says(const std::string& head, std::string_view what) {
  return head.find(what) != std::string::npos;
}

TEST(ProductHead, IsSafeAndComplete) {
  const auto head = product_head(lamp(), kShop);
  EXPECT_TRUE(says(head, "<title>Lamp &quot;Noor&quot; &lt;brass&gt; · Souk</title>")) << head;
  EXPECT_TRUE(says(head, "content=\"Warm light &amp; long evenings.\""));
  EXPECT_TRUE(says(head, "rel=\"canonical\" href=\"https://shop.example/p/lamp\""));
  EXPECT_TRUE(says(head, "og:image\" content=\"https://shop.example/media/lamp.webp\""));

  EXPECT_TRUE(says(head, "rel=\"preload\" href=\"/api/v1/products/lamp\" as=\"fetch\""));
  EXPECT_TRUE(says(head, "rel=\"preload\" href=\"/media/lamp.webp\" as=\"image\""));

  const auto graph = data_of(head).at("@graph").as_array();
  EXPECT_EQ(graph[0].at("name"), "Lamp \"Noor\" <brass>");
  const auto& offers = graph[0].at("offers");
  EXPECT_EQ(offers.at("@type"), "AggregateOffer");
  EXPECT_EQ(offers.at("lowPrice"), "89.00");
  EXPECT_EQ(offers.at("highPrice"), "129.00");
  EXPECT_EQ(offers.at("offers").at(1).at("availability"), "https://schema.org/OutOfStock");
  EXPECT_EQ(graph[1].at("itemListElement").as_array().size(), 3);
}

TEST(ProductHead, ANameCannotEndTheDataBlock) {
  auto product = lamp();
  product.set_name("</script><script>alert(1)</script>");
  const auto head = product_head(product, kShop);
  EXPECT_EQ(head.find("<script>"), std::string::npos);
  EXPECT_EQ(data_of(head).at("@graph").at(0).at("name").as_string(), product.name());
}

TEST(ProductHead, ADrawingIsNoCardPicture) {
  auto product = lamp();
  product.mutable_images(0)->set_url("/demo/lamp.svg");
  const auto head = product_head(product, kShop);
  EXPECT_TRUE(says(head, "og:image\" content=\"https://shop.example/icons/card.png\""));
  EXPECT_EQ(data_of(head).at("@graph").at(0).at("image").at(0),
            "https://shop.example/demo/lamp.svg");
}

TEST(ProductHead, APictureOfManySizesIsAskedForAsThePageShowsIt) {
  auto product = lamp();
  for (const int width : {320, 640}) {
    auto& size = *product.mutable_images(0)->add_sizes();
    size.set_url(fmt::format("/{}.webp", width));
    size.set_width(width);
  }
  const auto head = product_head(product, kShop);
  EXPECT_TRUE(says(head, "imagesrcset=\"/320.webp 320w, /640.webp 640w\"")) << head;
  EXPECT_FALSE(says(head, "href=\"/media/lamp.webp\""));
}

TEST(ProductHead, ALongDescriptionIsCutBetweenWords) {
  auto product = lamp();
  std::string words;
  while (words.size() < 300) words += "Öllampe ";
  product.set_description(words);
  EXPECT_TRUE(says(product_head(product, kShop), "Öllampe…\" />"));
  product.set_description(std::string(100, ' ').replace(50, 1, "é") + std::string(200, 'x'));
  EXPECT_TRUE(says(product_head(product, kShop), "…\" />"));
}

/// The catalogue as the services tell of it.
class FirstHtmlTest : public ::testing::Test {
 protected:
  static Task<> catalogue(const Route& route, const google::protobuf::Message& request,
                          google::protobuf::Message& reply) {
    const auto& method = route.rpc->name();
    if (method == "GetProduct") {
      if (dynamic_cast<const product::v1::GetProductRequest&>(request).id() != "lamp")
        throw not_found("product");
      reply.CopyFrom(lamp());
    } else if (method == "ListCategories") {
      auto& top = *dynamic_cast<product::v1::ListCategoriesReply&>(reply).add_items();
      top.set_slug("home");
      top.set_name("Home");
      auto& below = *top.add_children();
      below.set_slug("lighting");
      below.set_name("Lighting");
    } else {
      const auto& asked = dynamic_cast<const product::v1::ListProductsRequest&>(request);
      auto& page = dynamic_cast<product::v1::ListProductsReply&>(reply);
      auto product = lamp();
      if (!asked.page_token().empty()) product.set_slug("second");
      *page.add_items() = product;
      if (asked.page_token().empty()) page.set_next_page_token("more");
    }
    co_return;
  }

  std::string make(const std::string& path) {
    const auto match = pages_.match(path);
    EXPECT_TRUE(match) << path;
    return world_.run(pages_.make(path, *match, catalogue));
  }

  souk::testing::World world_;
  RouteTable routes_;
  FirstHtml pages_{routes_, kShop};
};

TEST_F(FirstHtmlTest, OnlyProductsAndCategoriesHaveAHead) {
  EXPECT_EQ(pages_.match("/p/lamp")->path_values.at("id"), "lamp");
  EXPECT_TRUE(pages_.match("/c/lighting")->path_values.empty()) << "any product may change it";
  for (const auto* path : {"/", "/p/", "/p/a/b", "/search", "/account", "/c/"})
    EXPECT_FALSE(pages_.match(path)) << path;
}

TEST_F(FirstHtmlTest, ACategoryNamesWhatItHasAndWhereItIs) {
  const auto head = make("/c/lighting");
  EXPECT_TRUE(says(head, "<title>Lighting · Souk</title>"));
  EXPECT_TRUE(says(head, "Lighting at Souk: Lamp"));
  const auto graph = data_of(head).at("@graph").as_array();
  EXPECT_EQ(graph[0].at("mainEntity").at("itemListElement").at(0).at("url"),
            "https://shop.example/p/lamp");
  EXPECT_EQ(graph[1].at("itemListElement").at(1).at("name"), "Home");
}

TEST_F(FirstHtmlTest, WhatTheShopHasNotIsNotFound) {
  for (const auto* path : {"/p/gone", "/c/gone"}) {
    try {
      make(path);
      ADD_FAILURE() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Kind::not_found);
    }
  }
}

TEST_F(FirstHtmlTest, TheSitemapNamesEveryPage) {
  const auto xml = make("/sitemap.xml");
  for (const auto* path : {"/", "/c/home", "/c/lighting", "/p/lamp", "/p/second"})
    EXPECT_TRUE(says(xml, std::string{"<loc>"} + kShop + path + "</loc>")) << path;
}

}  // namespace
}  // namespace souk::gateway
