#include "internal/providers/signed_token.hpp"

#include <boost/json/serialize.hpp>

#include "security/base64url.hpp"

namespace souk::notification {

std::string signed_token(const boost::json::object& header, const boost::json::object& claims,
                         const std::function<std::string(std::string_view)>& sign) {
  namespace base64url = security::base64url;
  auto token = base64url::encode(boost::json::serialize(header)) + '.' +
               base64url::encode(boost::json::serialize(claims));
  const auto signature = sign(token);
  return token + '.' + base64url::encode(signature);
}

}  // namespace souk::notification
