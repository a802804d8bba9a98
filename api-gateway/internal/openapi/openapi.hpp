#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "internal/routing/route.hpp"

namespace souk::gateway {

/// The OpenAPI 3.1 document of every route, made from the protos: paths, parameters, schemas with the
/// field rules, access, idempotency, error replies. The same for the same protos. Pure.
boost::json::value openapi_document(const RouteTable& routes);

/// A JSON value as block-style YAML 1.2, for people to read (api-gateway/docs/swagger.yaml).
std::string to_yaml(const boost::json::value& value);

}  // namespace souk::gateway
