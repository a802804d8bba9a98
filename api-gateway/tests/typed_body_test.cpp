#include <gtest/gtest.h>

#include "core/error.hpp"
#include "internal/server/replies.hpp"
#include "product/images.pb.h"

namespace souk::gateway {
namespace {

using http::Method;

/// A picture on its way to a product.
http::Request upload(std::string type, std::string body = "\xFF\xD8\xFF", std::string query = "") {
  http::Request request;
  request.method = Method::post;
  request.path = "/api/v1/products/lamp/images";
  request.query = std::move(query);
  if (!type.empty()) request.headers.add("Content-Type", type);
  request.headers.add("Cookie", "refresh_token=secret");
  request.body = std::move(body);
  return request;
}

std::unique_ptr<google::protobuf::Message> read(const http::Request& request) {
  const RouteTable routes;
  return read_request(request, routes.find(request.method, request.path));
}

Error refusal(const http::Request& request) {
  try {
    read(request);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "it was read";
  return {Kind::internal, "", ""};
}

TEST(TypedBody, GoesOnAsItCameWithWhatIsAskedForBesideIt) {
  const auto message =
      read(upload("Image/JPEG; q=1", std::string{"\xFF\xD8\xFF\x00\xC3", 5}, "alt=L%C3%A4mp"));
  const auto& request = dynamic_cast<const product::v1::UploadImageRequest&>(*message);
  EXPECT_EQ(request.body(), (std::string{"\xFF\xD8\xFF\x00\xC3", 5}));
  EXPECT_EQ(request.id(), "lamp");
  EXPECT_EQ(request.alt(), "L\xC3\xA4mp");
  ASSERT_EQ(request.headers_size(), 1) << "and no other header";
  EXPECT_EQ(request.headers().at("content-type"), "Image/JPEG; q=1");
}

TEST(TypedBody, IsOfATypeThatTheRouteTakes) {
  for (const auto* type : {"", "application/json", "image/svg+xml", "image/jpegx", "image",
                           "text/plain; image/jpeg"}) {
    EXPECT_EQ(refusal(upload(type)).kind, Kind::unsupported_media) << type;
  }
  for (const auto* type : {"image/png", "image/webp ; a=b"}) EXPECT_NO_THROW(read(upload(type)));
}

TEST(TypedBody, HasALimitOfItsOwn) {
  EXPECT_NO_THROW(read(upload("image/png", std::string(10'485'760, 'x'))));
  EXPECT_EQ(refusal(upload("image/png", std::string(10'485'761, 'x'))).code, "body_too_large");
}

TEST(TypedBody, IsNotSetByAQueryNorIsWhatComesFromThePath) {
  for (const auto* query : {"body=x", "headers=x", "id=other", "no_field=1", "alt=a&alt=b"})
    EXPECT_EQ(refusal(upload("image/png", "x", query)).kind, Kind::validation) << query;
}

}  // namespace
}  // namespace souk::gateway
