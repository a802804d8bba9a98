#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/error.hpp"
#include "internal/pages/pages.hpp"

namespace souk::gateway {
namespace {

namespace fs = std::filesystem;

class WebUiTest : public testing::Test {
 protected:
  WebUiTest()
      : folder_(fs::temp_directory_path() /
                fmt::format("souk-web-ui-{}-{}", getpid(),
                            testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_ / "assets");
  }
  ~WebUiTest() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{folder_ / name} << text;
  }

  void build() const {
    write("index.html", "the shell");
    write("assets/app-1a2b.js", "plain script");
    write("assets/app-1a2b.js.gz", "small script");
    write("favicon.svg", "<svg/>");
  }

  http::Response get(const std::string& path, const std::string& accept = "text/html,*/*",
                     http::Method method = http::Method::get, std::string_view head = {}) const {
    http::Request request;
    request.method = method;
    request.path = path;
    request.headers.add("Accept", accept);
    request.headers.add("Accept-Encoding", encoding_);
    return Pages{RouteTable{}, folder_, "https://shop.example", stripe_}.answer(request, path,
                                                                                head);
  }

  fs::path folder_;
  std::string encoding_ = "identity";
  bool stripe_ = false;
};

std::string header(const http::Response& response, const char* name) {
  return std::string{response.headers.get(name).value_or("")};
}

TEST_F(WebUiTest, TheStartPageStandsInWhereNothingIsBuilt) {
  EXPECT_NE(get("/").content().find("Souk"), std::string_view::npos);
  EXPECT_THROW(get("/p/brass-lamp"), Error);
}

TEST_F(WebUiTest, OnlyAShopThatTakesCardsWithStripeLetsStripeIn) {
  build();
  EXPECT_EQ(header(get("/checkout"), "Content-Security-Policy").find("stripe"), std::string::npos);
  stripe_ = true;
  const auto policy = header(get("/checkout"), "Content-Security-Policy");
  for (const auto* part :
       {"script-src 'self' https://js.stripe.com", "connect-src 'self' https://api.stripe.com",
        "frame-src https://js.stripe.com", "frame-ancestors 'none'"})
    EXPECT_NE(policy.find(part), std::string::npos) << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
}

TEST_F(WebUiTest, EveryPageOfTheShopIsTheShell) {
  build();
  for (const auto* path : {"/", "/p/brass-lamp", "/account/orders/0192", "/admin", "/search"}) {
    const auto response = get(path);
    EXPECT_EQ(response.content(), "the shell") << path;
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
    EXPECT_EQ(header(response, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(header(response, "Content-Security-Policy").find("unsafe"), std::string::npos);
  }
}

TEST_F(WebUiTest, WhoShowsALinkToPeopleGetsThePageTooWhateverItAccepts) {
  build();
  for (const auto* path : {"/p/brass-lamp", "/c/lighting", "/admin", "/admin/orders", "/checkout"})
    EXPECT_EQ(get(path, "*/*").content(), "the shell") << path;
  for (const auto* path : {"/nonsense", "/administrator", "/wp-login"})
    EXPECT_THROW(get(path, "*/*"), Error) << path;
}

TEST_F(WebUiTest, APagesOwnHeadTakesThePlaceOfTheShells) {
  build();
  EXPECT_EQ(get("/p/x", "text/html", http::Method::get, "<title>X</title>").content(), "the shell")
      << "it has no place for one";
  write("index.html", "<head><!-- head --><title>S</title><!-- /head --></head><body>");
  EXPECT_EQ(get("/p/x", "text/html", http::Method::get, "<title>X</title>").content(),
            "<head><title>X</title></head><body>");
  EXPECT_NE(get("/p/x").content().find("<title>S</title>"), std::string_view::npos);
}

TEST_F(WebUiTest, TheShellAndRobotsNameTheShop) {
  build();
  write("index.html", "<a href=\"{{shop_url}}/\">{{shop_url}}</a>");
  write("index.html.gz", "compressed before anybody knew the address");
  write("robots.txt", "User-agent: *\n");
  encoding_ = "gzip";
  EXPECT_EQ(get("/").content(), "<a href=\"https://shop.example/\">https://shop.example</a>");
  EXPECT_NE(get("/robots.txt").content().find("Sitemap: https://shop.example/sitemap.xml"),
            std::string_view::npos);
}

TEST_F(WebUiTest, OwnPagesStayWhatTheyAre) {
  build();
  EXPECT_NE(get("/docs").content(), "the shell");
  EXPECT_EQ(header(get("/openapi.json"), "Content-Type"), "application/json");
}

TEST_F(WebUiTest, HashedFilesAreKeptForever) {
  build();
  EXPECT_EQ(header(get("/assets/app-1a2b.js"), "Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(header(get("/favicon.svg"), "Content-Type"), "image/svg+xml");
  EXPECT_EQ(header(get("/favicon.svg"), "Cache-Control"), "public, max-age=3600");
}

TEST_F(WebUiTest, WhoTakesGzipGetsIt) {
  build();
  EXPECT_EQ(get("/assets/app-1a2b.js").content(), "plain script");
  encoding_ = "gzip, br";
  const auto response = get("/assets/app-1a2b.js");
  EXPECT_EQ(response.content(), "small script");
  EXPECT_EQ(header(response, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(get("/favicon.svg"), "Content-Encoding"), "") << "there is no small one";
}

TEST_F(WebUiTest, WhatIsNoPageIsNotFound) {
  build();
  EXPECT_THROW(get("/assets/gone.js"), Error);
  EXPECT_THROW(get("/robots.php"), Error);
  EXPECT_THROW(get("/assets/app-1a2b.js.gz"), Error) << "a form of a file, not a file";
  EXPECT_THROW(get("/nothing", "application/json"), Error) << "a program wants its 404";
  EXPECT_THROW(get("/nothing", "text/html", http::Method::post), Error);
  EXPECT_THROW(get("/", "text/html", http::Method::post), Error);
}

}  // namespace
}  // namespace souk::gateway
