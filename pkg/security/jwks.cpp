// The JSON of a key set (RFC 7517, RFC 8037); what it is used for stands in jwt.cpp.
#include "security/base64url.hpp"
#include "security/jwt.hpp"

namespace souk::security {
namespace {

namespace json = boost::json;

Error unreadable() { return {Kind::malformed, "invalid_jwks", "The key set cannot be read."}; }

bool is(const json::object& jwk, std::string_view name, std::string_view wanted) {
  const auto* value = jwk.if_contains(name);
  return value != nullptr && value->is_string() && value->get_string() == wanted;
}

/// `use` and `alg` may be absent; if they are there, they must allow what we do with the key.
bool is_signing_key(const json::object& jwk) {
  return is(jwk, "kty", "OKP") && is(jwk, "crv", "Ed25519") &&
         (!jwk.contains("use") || is(jwk, "use", "sig")) &&
         (!jwk.contains("alg") || is(jwk, "alg", "EdDSA"));
}

std::string_view text(const json::object& jwk, std::string_view name) {
  const auto* value = jwk.if_contains(name);
  if (value == nullptr || !value->is_string()) throw unreadable();
  return value->get_string();
}

PublicKey read_key(const json::object& jwk) {
  PublicKey key{std::string{text(jwk, "kid")}, {}};
  const auto bytes = base64url::decode(text(jwk, "x"));
  if (!bytes || bytes->size() != key.bytes.size()) throw unreadable();
  std::ranges::copy(*bytes, key.bytes.begin());
  return key;
}

std::vector<PublicKey> read_keys(std::string_view text) {
  json::error_code failed;
  const auto set = json::parse(text, failed);
  const auto* object = failed ? nullptr : set.if_object();
  const auto* keys = object != nullptr ? object->if_contains("keys") : nullptr;
  if (keys == nullptr || !keys->is_array()) throw unreadable();
  std::vector<PublicKey> result;
  for (const auto& item : keys->get_array()) {
    if (!item.is_object()) throw unreadable();
    if (is_signing_key(item.get_object())) result.push_back(read_key(item.get_object()));
  }
  if (result.empty()) throw unreadable();
  return result;
}

}  // namespace

Result<Jwks> Jwks::parse(std::string_view text) {
  try {
    return Jwks{read_keys(text)};
  } catch (const Error&) {  // one of our own, or a kid that the constructor refuses
    return std::unexpected{unreadable()};
  }
}

std::string Jwks::json() const {
  json::array keys;
  for (const auto& [header, key] : by_header_) {
    keys.push_back(json::object{{"kty", "OKP"},
                                {"crv", "Ed25519"},
                                {"use", "sig"},
                                {"alg", "EdDSA"},
                                {"kid", key.kid},
                                {"x", base64url::encode(key.bytes)}});
  }
  return json::serialize(json::object{{"keys", std::move(keys)}});
}

}  // namespace souk::security
