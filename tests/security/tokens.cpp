#include "tokens.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/hmac.h>

#include "core/random.hpp"
#include "security/base64url.hpp"
#include "security/jwt.hpp"

namespace souk::testing::bad_inputs {

TokenParts split(const std::string& token) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  return {token.substr(0, first), token.substr(first + 1, last - first - 1),
          token.substr(last + 1)};
}

std::string encoded(const boost::json::object& json) {
  return security::base64url::encode(boost::json::serialize(json));
}

boost::json::object decoded(const std::string& part) {
  return boost::json::parse(security::base64url::decode(part).value()).as_object();
}

std::string self_signed(const TokenParts& good, const boost::json::object& header) {
  SystemRandom random;
  const auto key = security::SigningKey::generate(random);
  TokenParts token{encoded(header), good.payload, ""};
  token.signature = security::base64url::encode(key.sign(token.signed_text()));
  return token.text();
}

std::string hmac_signed(const TokenParts& good, const boost::json::object& header,
                        std::string_view key) {
  TokenParts token{encoded(header), good.payload, ""};
  const auto text = token.signed_text();
  std::uint8_t hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash, &size);
  token.signature = security::base64url::encode({hash, size});
  return token.text();
}

}  // namespace souk::testing::bad_inputs
