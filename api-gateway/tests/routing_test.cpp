#include <fstream>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "common/events.pb.h"
#include "core/error.hpp"
#include "internal/openapi/openapi.hpp"
#include "internal/openapi/schema.hpp"
#include "internal/routing/route.hpp"
#include "order/order.pb.h"

namespace souk::gateway {
namespace {

using http::Method;

TEST(RouteTable, FindsARouteAndItsPathValues) {
  const RouteTable routes;
  const auto match = routes.find(Method::post, "/api/v1/orders/42/refunds");
  EXPECT_EQ(match.route->rpc->name(), "RefundOrder");
  EXPECT_EQ(match.route->service, "order-service");
  EXPECT_EQ(match.path_values.at("id"), "42");
}

TEST(RouteTable, LiteralSegmentsWin) {
  const RouteTable routes;
  EXPECT_EQ(routes.find(Method::get, "/api/v1/users/profile").route->rpc->name(), "GetProfile");
  EXPECT_EQ(routes.find(Method::get, "/api/v1/users/x").route->rpc->name(), "GetUser");
}

TEST(RouteTable, SaysWhatAPathTakes) {
  const RouteTable routes;
  try {
    routes.find(Method::delete_, "/api/v1/orders");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::method_not_allowed);
    EXPECT_EQ(error.extra.at("allow"), "GET, HEAD, POST");
  }
  for (const auto* path : {"/api/v1/nothing", "/api/v1/orders/", "/api/v1/orders//cancel",
                           "/api/v1/", "/api/v1/orders/1/2/3"}) {
    EXPECT_THROW(routes.find(Method::get, path), Error) << path;
  }
}

TEST(RouteTable, NoTwoRoutesAreTheSame) {
  std::set<std::pair<Method, std::string>> seen;
  const RouteTable routes;
  for (const auto& route : routes.routes()) {
    EXPECT_TRUE(seen.insert({route.method, route.path}).second) << route.path;
    EXPECT_FALSE(route.rule.summary().empty())
        << route.rpc_path << " has no summary for the documentation";
  }
  EXPECT_GT(seen.size(), 30U);
}

TEST(RouteTable, ARequestMayNameWhoIsToAnswer) {
  const RouteTable routes;
  const auto& own = *routes.find(Method::get, "/api/v1/orders/1").route;
  EXPECT_EQ(own.services(), std::vector<std::string>{"order-service"});
  EXPECT_EQ(own.service_of(order::v1::GetOrderRequest{}), "order-service");
  const auto& shared = *routes.find(Method::get, "/api/v1/admin/dead-letters").route;
  EXPECT_EQ(shared.services().size(), 5U);
  common::v1::InspectDeadLettersRequest request;
  EXPECT_THROW(shared.service_of(request), Error);
  request.set_service("127.0.0.1:22");
  EXPECT_THROW(shared.service_of(request), Error);
  request.set_service("payment-service");
  EXPECT_EQ(shared.service_of(request), "payment-service");
}

TEST(OpenApi, BodiesThatAreNoJsonSayWhatTheyAre) {
  const auto document = openapi_document(RouteTable{});
  const auto& upload = document.at("paths").at("/api/v1/products/{id}/images").at("post");
  const auto& content = upload.at("requestBody").at("content").as_object();
  EXPECT_EQ(content.size(), 3U);
  EXPECT_EQ(content.at("image/webp").at("schema").at("format"), "binary");
  const auto& parameters = upload.at("parameters").as_array();
  ASSERT_EQ(parameters.size(), 3U) << "the product, the alt text, the idempotency key";
  EXPECT_EQ(parameters.at(1).at("name"), "alt");
  EXPECT_EQ(parameters.at(1).at("in"), "query");
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
  const auto document = openapi_document(RouteTable{});
  const auto& schemas = document.at("components").at("schemas").as_object();
  const auto text = to_yaml(document);
  std::size_t references = 0;
  constexpr std::string_view kPrefix = "\"#/components/schemas/";
  for (auto at = text.find(kPrefix); at != std::string::npos; at = text.find(kPrefix, at + 1)) {
    const auto begin = at + kPrefix.size();
    const auto name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_TRUE(schemas.contains(name)) << name;
    ++references;
  }
  EXPECT_GT(references, 50U);
}

TEST(OpenApi, SchemaNamesAreUnique) {
  std::map<std::string, const google::protobuf::Descriptor*> seen;
  for (const auto& route : RouteTable{}.routes()) {
    const auto* type = route.rpc->output_type();
    const auto [found, fresh] = seen.try_emplace(schema_name(type), type);
    EXPECT_TRUE(fresh || found->second == type) << type->full_name();
  }
}

TEST(OpenApi, TheCommittedYamlIsCurrent) {
  std::ifstream file{SOUK_SWAGGER_YAML};
  const std::string committed{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(committed, "# Made from the protos by the build; do not edit.\n" +
                           to_yaml(openapi_document(RouteTable{})))
      << "the protos changed: build, and commit api-gateway/docs/swagger.yaml";
}

}  // namespace
}  // namespace souk::gateway
