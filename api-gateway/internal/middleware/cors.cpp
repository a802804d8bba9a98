#include "internal/middleware/cors.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "core/error.hpp"

namespace souk::gateway {

Cors::Cors(std::string_view origins) {
  if (origins.empty()) return;
  for (const auto part : std::views::split(origins, ',')) {
    std::string origin{part.begin(), part.end()};
    const bool sane = (origin.starts_with("https://") || origin.starts_with("http://")) &&
                      origin.find('/', 8) == std::string::npos &&
                      origin.find('*') == std::string::npos;
    if (!sane) {
      throw Error{
          Kind::validation, "invalid_setting",
          fmt::format("Setting SOUK_CORS_ORIGINS: \"{}\" is no origin like https://shop.example",
                      origin)};
    }
    origins_.push_back(std::move(origin));
  }
}

bool Cors::allows(std::string_view origin) const {
  return std::ranges::find(origins_, origin) != origins_.end();
}

void Cors::decorate(const http::Request& request, http::Response& response) const {
  if (origins_.empty()) return;
  response.headers.add("Vary", "Origin");
  const auto origin = request.headers.get("Origin");
  if (!origin || !allows(*origin)) return;
  response.headers.add("Access-Control-Allow-Origin", *origin);
  response.headers.add("Access-Control-Allow-Credentials", "true");
  response.headers.add("Access-Control-Expose-Headers",
                       "ETag, Idempotent-Replayed, Location, Retry-After, X-Request-Id");
}

http::Response Cors::preflight(const http::Request& request) const {
  http::Response response;
  response.status = 204;
  const auto origin = request.headers.get("Origin");
  if (origin && allows(*origin)) {
    response.headers.add("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
    response.headers.add(
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Request-Id, traceparent");
    response.headers.add("Access-Control-Max-Age", "600");
  }
  return response;
}

}  // namespace souk::gateway
