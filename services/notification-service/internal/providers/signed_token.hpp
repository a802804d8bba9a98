#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace souk::notification {

/// A JWT in its compact form (RFC 7515): header and claims, signed by `sign`.
std::string signed_token(const boost::json::object& header, const boost::json::object& claims,
                         const std::function<std::string(std::string_view)>& sign);

}  // namespace souk::notification
