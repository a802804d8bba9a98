#include "internal/pages/pages.hpp"

#include <span>

#include <boost/json/serialize.hpp>

#include "core/embedded.hpp"
#include "core/error.hpp"
#include "internal/openapi/openapi.hpp"

std::span<const souk::EmbeddedFile> souk_gateway_pages();

namespace souk::gateway {
namespace {

constexpr char kPagePolicy[] =
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'";
/// Swagger UI sets style attributes from its scripts.
constexpr char kDocsPolicy[] =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors "
    "'none'; base-uri 'none'";

struct Place {
  std::string_view file;
  std::string_view path;
  std::string_view type;
};

constexpr Place kPagePlaces[] = {
    {"index.html", "/", "text/html; charset=utf-8"},
    {"start.css", "/start.css", "text/css"},
    {"docs.html", "/docs", "text/html; charset=utf-8"},
    {"docs.js", "/docs/docs.js", "text/javascript"},
    {"swagger-ui.css", "/docs/swagger-ui.css", "text/css"},
    {"swagger-ui-bundle.js", "/docs/swagger-ui-bundle.js", "text/javascript"},
};

}  // namespace

Pages::Pages(const RouteTable& routes, const std::filesystem::path& web_ui,
             const std::string& shop_url, bool with_stripe)
    : web_ui_(web_ui, shop_url, with_stripe) {
  for (const auto& place : kPagePlaces) {
    for (const auto& file : souk_gateway_pages()) {
      if (file.name != place.file) continue;
      pages_[std::string{place.path}] = {
          std::string{place.type}, place.path.starts_with("/docs") ? kDocsPolicy : kPagePolicy,
          std::make_shared<const std::string>(file.text)};
    }
  }
  pages_["/openapi.json"] = {
      "application/json", kPagePolicy,
      std::make_shared<const std::string>(boost::json::serialize(openapi_document(routes)))};
}

http::Response Pages::answer(const http::Request& request, const std::string& path,
                             std::string_view head) const {
  const auto found = pages_.find(path);
  const bool is_own_page = found != pages_.end() && path != "/";
  if (!is_own_page) {
    if (auto response = web_ui_.answer(request, path, head)) return *std::move(response);
    if (found == pages_.end()) throw not_found("page");
  }
  if (request.method != http::Method::get) {
    Error error{Kind::method_not_allowed, "method_not_allowed",
                "This path does not take that method."};
    error.extra["allow"] = "GET, HEAD";
    throw error;
  }
  http::Response response;
  response.headers.add("Content-Type", found->second.content_type);
  response.headers.add("Content-Security-Policy", found->second.security_policy);
  response.headers.add("Cache-Control", "public, max-age=60");
  response.shared_body = found->second.body;
  return response;
}

}  // namespace souk::gateway
