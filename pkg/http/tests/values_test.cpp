// The plain parts: headers, paths, queries, URLs, problems.
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "http/problem.hpp"
#include "http/uri.hpp"

namespace souk::http {
namespace {

std::string code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::malformed);
    return error.code;
  }
  return "";
}

TEST(Headers, FindReplaceAndKeepOrder) {
  Headers headers;
  headers.add("Set-Cookie", "a");
  headers.add("ETag", "\"1\"");
  headers.add("set-cookie", "b");
  EXPECT_EQ(headers.get("SET-COOKIE"), "a");
  EXPECT_EQ(headers.get("Missing"), std::nullopt);
  EXPECT_EQ(headers.size(), 3u);
  headers.set("Set-Cookie", "c");
  EXPECT_EQ(headers.wire(), "ETag: \"1\"\r\nSet-Cookie: c\r\n");
}

TEST(Headers, CannotSplitAMessage) {
  Headers headers;
  EXPECT_THROW(headers.add("X", "a\r\nSet-Cookie: b"), std::invalid_argument);
  EXPECT_THROW(headers.add("X", std::string_view{"a\0b", 3}), std::invalid_argument);
  EXPECT_THROW(headers.add("X: a\r\nY", "b"), std::invalid_argument);
  EXPECT_THROW(headers.add("", "b"), std::invalid_argument);
}

TEST(Headers, ListContains) {
  EXPECT_TRUE(list_contains("keep-alive, Close", "close"));
  EXPECT_TRUE(list_contains("close", "close"));
  EXPECT_FALSE(list_contains("closed, not-close", "close"));
  EXPECT_FALSE(list_contains("", "close"));
}

TEST(Path, IsDecodedOnce) {
  EXPECT_EQ(decode_path("/"), "/");
  EXPECT_EQ(decode_path("/a/b%20c/caf%C3%A9"), "/a/b c/caf\xc3\xa9");
  EXPECT_EQ(decode_path("/100%25"), "/100%");
  EXPECT_EQ(decode_path("/a/"), "/a/");
  EXPECT_EQ(decode_path("/.well-known/a..b"), "/.well-known/a..b");
}

TEST(Path, AmbiguousOnesAreRefused) {
  for (const char* path :
       {"",         "a",         "*",     "/../etc",   "/a/..",  "/a/./b", "/%2e%2e/etc",
        "/%2E%2e/", "/.%2e/",    "/%2e/", "/a%2fb",    "/a%2Fb", "/a%5cb", "/a\\b",
        "/%00",     "/a%0d%0ab", "/%7f",  "/%",        "/%4",    "/%zz",   "/%252e%252e/",
        "/%2541",   "/%c0%af",   "/%ff",  "/%ed%a0%80"}) {
    EXPECT_EQ(code_of([&] { decode_path(path); }), "malformed_path") << path;
  }
}

TEST(Query, IsDecodedInOrder) {
  const QueryParameters expected{
      {"q", "red shoes"}, {"q", "a+b&c"}, {"empty", ""}, {"flag", ""}, {"percent", "100%25"}};
  EXPECT_EQ(parse_query("q=red+shoes&q=a%2Bb%26c&empty=&flag&&percent=100%2525&"), expected);
  EXPECT_TRUE(parse_query("").empty());
}

TEST(Query, BadOnesAreRefused) {
  for (const char* query : {"a=%", "a=%4", "a=%zz", "a=%00", "a=%0a", "a=%ff", "=b", "%ff=b"}) {
    EXPECT_EQ(code_of([&] { parse_query(query); }), "malformed_query") << query;
  }
}

TEST(Query, EncodingAndDecodingAgree) {
  const std::string text = "a b/?&=+%\xc3\xa9~";
  EXPECT_EQ(percent_encode(text), "a%20b%2F%3F%26%3D%2B%25%C3%A9~");
  EXPECT_EQ(parse_query("x=" + percent_encode(text)), (QueryParameters{{"x", text}}));
}

TEST(UrlOf, SplitsWhatAClientNeeds) {
  const auto plain = parse_url("http://127.0.0.1:9180/v1/");
  EXPECT_EQ(plain.authority(), "127.0.0.1:9180");
  EXPECT_EQ(plain.path, "/v1");
  const auto tls = parse_url("https://pay.example");
  EXPECT_TRUE(tls.tls);
  EXPECT_EQ(tls.port, 443);
  EXPECT_EQ(tls.authority(), "pay.example");
  EXPECT_EQ(parse_url("http://[::1]:8080").authority(), "[::1]:8080");
  for (const char* bad : {"", "pay.example", "ftp://x/", "http://", "http://a@b/", "http://a/?q",
                          "http://a/#f", "http://a:0/", "http://a:99999/"}) {
    EXPECT_THROW(parse_url(bad), std::invalid_argument) << bad;
  }
}

TEST(Utf8, IsJudgedStrictly) {
  for (const char* good :
       {"", "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x9b\x92", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const char* bad :
       {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xff", "\xe2\x82", "\xe2\x28\xa1"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(Problem, HasTheMembersOfRfc9457AndOurs) {
  Error error{
      Kind::conflict, "out_of_stock", "Not enough \"stock\".", {{"items[0].sku", "sku", "gone"}}};
  error.extra["order_id"] = "7";
  error.extra["status"] = "no";  // reserved: must not replace the real one
  const auto response = problem(error, "/api/v1/orders", "abc");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.headers.get("content-type"), "application/problem+json");
  EXPECT_EQ(boost::json::parse(response.body), boost::json::parse(R"({
    "type": "urn:souk:problem:out_of_stock", "title": "Conflict", "status": 409,
    "detail": "Not enough \"stock\".", "instance": "/api/v1/orders", "code": "out_of_stock",
    "trace_id": "abc", "order_id": "7",
    "errors": [{"field": "items[0].sku", "code": "sku", "message": "gone"}]})"));
}

TEST(Problem, ShowsNothingOfAnInternalError) {
  Error error{Kind::internal, "sql_broke", "SELECT secret", {{"a", "b", "c"}}};
  error.extra["path"] = "/etc";
  const auto body = boost::json::parse(problem(error, "/x", "").body).as_object();
  EXPECT_EQ(body.at("code"), "internal_error");
  EXPECT_EQ(body.at("status"), 500);
  EXPECT_FALSE(body.contains("errors"));
  EXPECT_FALSE(body.contains("path"));
  EXPECT_EQ(boost::json::serialize(body).find("secret"), std::string::npos);
}

}  // namespace
}  // namespace souk::http
