#include "internal/middleware/cookies.hpp"

#include <ranges>

#include <fmt/format.h>

#include "core/error.hpp"

namespace souk::gateway {
namespace {

constexpr char kName[] = "souk_refresh";
constexpr int kThirtyDaysInSeconds = 30 * 24 * 3600;  // as long as the refresh token lives

const google::protobuf::FieldDescriptor* field(const google::protobuf::Message& message,
                                               const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

std::optional<std::string> cookie(const http::Request& http) {
  const auto header = http.headers.get("Cookie");
  if (!header) return std::nullopt;
  for (const auto part : std::views::split(*header, ';')) {
    std::string_view pair{part.begin(), part.end()};
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.starts_with(fmt::format("{}=", kName))) return std::string{pair.substr(sizeof kName)};
  }
  return std::nullopt;
}

}  // namespace

void RefreshCookie::read(const http::Request& http, google::protobuf::Message& request) const {
  const auto* token = field(request, "refresh_token");
  if (token == nullptr || !request.GetReflection()->GetString(request, token).empty()) return;
  const auto value = cookie(http);
  if (!value) return;
  if (const auto origin = http.headers.get("Origin"); origin && *origin != public_url_) {
    throw Error{Kind::forbidden, "cross_site_request",
                "Another site's page may not use this cookie."};
  }
  request.GetReflection()->SetString(&request, token, *value);
}

void RefreshCookie::write(const google::protobuf::Message& request,
                          google::protobuf::Message& reply, http::Response& http) const {
  const auto* wanted = field(request, "use_cookie");
  const auto* token = field(reply, "refresh_token");
  if (wanted == nullptr || token == nullptr || !request.GetReflection()->GetBool(request, wanted))
    return;
  set(http, reply.GetReflection()->GetString(reply, token), kThirtyDaysInSeconds);
  reply.GetReflection()->ClearField(&reply, token);
}

void RefreshCookie::clear(http::Response& http) const { set(http, "", 0); }

void RefreshCookie::set(http::Response& http, const std::string& token, int max_age_s) const {
  http.headers.add(
      "Set-Cookie",
      fmt::format("{}={}; Path=/api/v1/auth; Max-Age={}; HttpOnly; SameSite=Strict{}", kName, token,
                  max_age_s, public_url_.starts_with("https://") ? "; Secure" : ""));
}

}  // namespace souk::gateway
