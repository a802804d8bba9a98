#include "security/jwt_claims.hpp"

namespace souk::security {
namespace {

namespace json = boost::json;

std::optional<std::string> string_claim(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string{value->get_string()};
}

template <class AnyId>
std::optional<AnyId> id(const json::object& from, std::string_view name) {
  const auto value = string_claim(from, name);
  const auto uuid = value ? Uuid::parse(*value) : std::nullopt;
  return uuid ? std::optional{AnyId{*uuid}} : std::nullopt;
}

std::optional<std::chrono::sys_seconds> time(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return std::chrono::sys_seconds{std::chrono::seconds{value->get_int64()}};
}

std::optional<std::vector<std::string>> texts(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  if (value == nullptr || !value->is_array()) return std::nullopt;
  std::vector<std::string> result;
  for (const auto& item : value->get_array()) {
    if (!item.is_string()) return std::nullopt;
    result.emplace_back(item.get_string());
  }
  return result;
}

std::int64_t seconds(std::chrono::sys_seconds time) { return time.time_since_epoch().count(); }

}  // namespace

std::string claims_to_json(const Claims& claims) {
  json::object object{
      {"iss", claims.iss},
      {"aud", claims.aud},
      {"sub", claims.sub.str()},
      {"sid", claims.sid.str()},
      {"roles", json::array(claims.roles.begin(), claims.roles.end())},
      {"iat", seconds(claims.iat)},
      {"nbf", seconds(claims.nbf)},
      {"exp", seconds(claims.exp)},
  };
  if (claims.jti) object["jti"] = *claims.jti;
  return json::serialize(object);
}

std::optional<Claims> claims_from_json(std::string_view payload) {
  json::error_code failed;
  const auto parsed = json::parse(payload, failed);
  if (failed || !parsed.is_object()) return std::nullopt;
  const auto& from = parsed.get_object();

  auto iss = string_claim(from, "iss");
  auto aud = string_claim(from, "aud");
  const auto sub = id<UserId>(from, "sub");
  const auto sid = id<SessionId>(from, "sid");
  auto roles = texts(from, "roles");
  const auto iat = time(from, "iat");
  const auto nbf = time(from, "nbf");
  const auto exp = time(from, "exp");
  auto jti = string_claim(from, "jti");
  if (!iss || !aud || !sub || !sid || !roles || !iat || !nbf || !exp) return std::nullopt;
  if (from.contains("jti") && !jti) return std::nullopt;
  return Claims{.iss = std::move(*iss),
                .aud = std::move(*aud),
                .sub = *sub,
                .sid = *sid,
                .roles = std::move(*roles),
                .iat = *iat,
                .nbf = *nbf,
                .exp = *exp,
                .jti = std::move(jti)};
}

}  // namespace souk::security
