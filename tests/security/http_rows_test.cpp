// HTTP: bytes that two parties could read differently, or that cost more than they should.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "world.hpp"

namespace souk::testing::bad_inputs {
namespace {

struct Row {
  const char* name;
  std::string bytes;
  int status = 400;
  std::string code = "malformed_request";
  bool closes = true;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::string get(std::string_view headers) {
  return fmt::format("GET /api/v1/products HTTP/1.1\r\n{}\r\n", headers);
}
std::string get_of(std::string_view target) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: shop\r\n\r\n", target);
}
std::string post(std::string_view headers, std::string_view body) {
  return fmt::format("POST /api/v1/auth/login HTTP/1.1\r\nHost: shop\r\n{}\r\n{}", headers, body);
}
std::string chunked(std::string_view body) { return post("Transfer-Encoding: chunked\r\n", body); }
std::string method(std::string_view name, std::string_view target = "/api/v1/products") {
  return fmt::format("{} {} HTTP/1.1\r\nHost: shop\r\n\r\n", name, target);
}

const std::string kNul(1, '\0');

const Row kRows[] = {
    // Which bytes are the body?
    {"cl_and_te", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
    {"two_differing_cl", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!")},
    {"unknown_te", post("Transfer-Encoding: gzip\r\n", "0\r\n\r\n")},
    {"te_list", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
    {"negative_cl", post("Content-Length: -5\r\n", "hello")},
    {"plus_cl", post("Content-Length: +5\r\n", "hello")},
    {"bad_chunk_size", chunked("xyz\r\nhello\r\n0\r\n\r\n")},
    {"negative_chunk_size", chunked("-1\r\nhello\r\n0\r\n\r\n")},
    {"overflowing_chunk_size", chunked("ffffffffffffffff1\r\nhello\r\n0\r\n\r\n")},
    {"te_on_http_1_0",
     "POST /api/v1/auth/login HTTP/1.0\r\nHost: shop\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n"},

    // Which bytes are a header?
    {"bare_lf", "GET /api/v1/products HTTP/1.1\nHost: shop\n\n"},
    {"obs_fold", get("Host: shop\r\nX: 1\r\n folded\r\n")},
    {"space_before_colon", get("Host : shop\r\n")},
    {"cr_in_value", get("Host: shop\r\nX: 1\rY: 2\r\n")},
    {"lf_in_value", get("Host: shop\r\nX: 1\nY: 2\r\n")},
    {"nul_in_value", get("Host: shop\r\nX: a" + kNul + "b\r\n")},
    {"missing_host", get("")},
    {"double_host", get("Host: shop\r\nHost: other\r\n")},

    // Limits.
    {"header_over_16_kb", get("Host: shop\r\nX: " + std::string(16 * 1024, 'a') + "\r\n"), 431,
     "headers_too_large"},
    {"uri_over_8_kb", get_of("/" + std::string(8 * 1024, 'a')), 414, "uri_too_long"},
    {"body_over_1_mb", post("Content-Type: application/json\r\nContent-Length: 1048577\r\n", ""),
     413, "body_too_large"},
    {"chunk_over_1_mb", chunked("100001\r\n"), 413, "body_too_large"},
    {"password_of_10_mb",
     post("Content-Type: application/json\r\nContent-Length: 10485760\r\n", ""), 413,
     "body_too_large"},

    // Methods, paths, media types: readable, so the connection lives on.
    {"unknown_method", method("BREW"), 501, "method_not_implemented"},
    {"trace", method("TRACE"), 501, "method_not_implemented"},
    {"wrong_method", method("DELETE"), 405, "method_not_allowed", false},
    {"wrong_method_on_order", method("PATCH", "/api/v1/orders/1"), 405, "method_not_allowed",
     false},
    {"dot_segments", get_of("/../../etc/passwd"), 400, "malformed_path", false},
    {"encoded_dots", get_of("/api/v1/%2e%2e/%2e%2e/etc/passwd"), 400, "malformed_path", false},
    {"encoded_slash", get_of("/api/v1/products/..%2f..%2fadmin"), 400, "malformed_path", false},
    {"encoded_backslash", get_of("/api/v1/products/..%5c..%5cadmin"), 400, "malformed_path", false},
    {"double_encoding", get_of("/api/v1/%252e%252e/users"), 400, "malformed_path", false},
    {"nul_in_path", get_of("/api/v1/products/lamp%00.html"), 400, "malformed_path", false},
    {"overlong_utf8_in_path", get_of("/api/v1/products/%c0%ae%c0%ae"), 400, "malformed_path",
     false},
    {"crlf_in_path", get_of("/api/v1/products/a%0d%0aSet-Cookie:%20a=b"), 400, "malformed_path",
     false},
    {"bad_escape_in_query", get_of("/api/v1/products?query=%zz"), 400, "malformed_query", false},
    {"nul_in_query", get_of("/api/v1/products?query=%00"), 400, "malformed_query", false},
    {"unknown_path", get_of("/api/v1/nothing"), 404, "not_found", false},
    {"unknown_page", get_of("/wp-login.php"), 404, "not_found", false},
    {"case_of_path", get_of("/API/v1/products"), 404, "not_found", false},
    {"form_instead_of_json",
     post("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n", "a=b"), 415,
     "unsupported_media_type", false},
    {"no_media_type", post("Content-Length: 2\r\n", "{}"), 415, "unsupported_media_type", false},
    {"xml", post("Content-Type: application/xml\r\nContent-Length: 4\r\n", "<a/>"), 415,
     "unsupported_media_type", false},
};

class HttpRow : public ::testing::TestWithParam<Row> {};

TEST_P(HttpRow, IsRefusedAndHarmsNobody) {
  const auto& row = GetParam();
  RawConnection bad{world().port()};
  bad.send(row.bytes);
  if (row.closes) bad.send(get_of("/smuggled"));
  const auto reply = bad.read();
  expect_problem(reply, row.status, row.code);
  EXPECT_EQ(!header_of(reply, "Allow").empty(), row.status == 405 || row.status == 501)
      << reply.head;
  EXPECT_EQ(reply.has("Connection: close"), row.closes) << reply.head;
  if (row.closes) {
    EXPECT_TRUE(bad.closed_by_peer());
  } else {
    bad.send(get_of("/api/v1/categories"));
    EXPECT_EQ(bad.read().status, 200);
  }
  EXPECT_EQ(world().exchange(get_of("/api/v1/products?page_size=1")).status, 200);
}

INSTANTIATE_TEST_SUITE_P(Security, HttpRow, ::testing::ValuesIn(kRows),
                         [](const auto& each) { return std::string{each.param.name}; });

/// Headers that claim to know better than the token who is calling, and from where.
constexpr std::string_view kSpoofed =
    "X-Forwarded-For: 10.0.0.1\r\nX-Real-IP: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\nX-User-Id: "
    "{admin}\r\n"
    "X-Roles: admin\r\nX-Tenant-Id: 00000000-0000-7000-8000-000000000002\r\nsouk-identity-bin: "
    "AAAA\r\n"
    "X-Original-URL: /api/v1/admin/orders\r\nX-HTTP-Method-Override: DELETE\r\n";

TEST(SpoofedHeaders, AreIgnored) {
  auto& shop = world();
  const auto plain = shop.exchange(shop.request(Caller::shopper, "GET", "/api/v1/orders", ""));
  const auto spoofed =
      shop.exchange(shop.request(Caller::shopper, "GET", "/api/v1/orders", "", kSpoofed));
  EXPECT_EQ(spoofed.status, 200);
  EXPECT_EQ(spoofed.body, plain.body);
  expect_problem(shop.exchange(shop.request(Caller::shopper, "GET", "/api/v1/users", "", kSpoofed)),
                 403, "forbidden");
  expect_problem(
      shop.exchange(shop.request(Caller::visitor, "GET", "/api/v1/users/profile", "", kSpoofed)),
      401, "unauthenticated");
}

TEST(SpoofedHeaders, ABadTraceparentStartsANewTrace) {
  auto& shop = world();
  for (const std::string_view bad :
       {"garbage", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"}) {
    const auto reply = shop.exchange(shop.request(Caller::visitor, "GET", "/api/v1/categories", "",
                                                  fmt::format("traceparent: {}\r\n", bad)));
    EXPECT_EQ(reply.status, 200) << bad;
    const auto trace = header_of(reply, "traceparent");
    EXPECT_EQ(trace.size(), 55U) << bad;
    EXPECT_FALSE(trace.contains("4bf92f3577b34da6a3ce929d0e0e4736")) << bad;
  }
  const auto joined = shop.exchange(
      shop.request(Caller::visitor, "GET", "/api/v1/categories", "",
                   "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"));
  EXPECT_TRUE(header_of(joined, "traceparent").contains("4bf92f3577b34da6a3ce929d0e0e4736"));
}

TEST(SpoofedHeaders, ARequestIdIsEchoedOnlyWhereItIsSane) {
  auto& shop = world();
  const auto id_for = [&](std::string_view given) {
    const auto header = fmt::format("X-Request-Id: {}\r\n", given);
    return header_of(
        shop.exchange(shop.request(Caller::visitor, "GET", "/api/v1/categories", "", header)),
        "X-Request-Id");
  };
  EXPECT_EQ(id_for("order-42"), "order-42");
  for (const auto& bad : {std::string{"<script>"}, std::string(200, 'a'), std::string{"a b"}}) {
    const auto id = id_for(bad);
    EXPECT_NE(id, bad);
    EXPECT_FALSE(id.empty());
  }
}

TEST(SpoofedHeaders, APoisonedHostShowsNowhere) {
  for (const std::string_view page :
       {"/openapi.json", "/docs", "/.well-known/jwks.json", "/api/v1/products"}) {
    const auto reply = world().exchange(fmt::format(
        "GET {} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n", page));
    EXPECT_EQ(reply.status, 200) << page;
    EXPECT_FALSE(reply.head.contains("evil.example")) << page;
    EXPECT_FALSE(reply.body.contains("evil.example")) << page;
  }
}

}  // namespace
}  // namespace souk::testing::bad_inputs
