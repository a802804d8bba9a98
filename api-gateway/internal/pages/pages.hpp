#pragma once

#include <map>
#include <memory>
#include <string>

#include "http/message.hpp"
#include "internal/pages/web_ui.hpp"
#include "internal/routing/route.hpp"

namespace souk::gateway {

/// What is no API: the web UI where one was built and a start page where not, /openapi.json, and the
/// interactive docs at /docs (Swagger UI, compiled in). Immutable, any thread.
class Pages {
 public:
  Pages(const RouteTable& routes, const std::filesystem::path& web_ui, const std::string& shop_url,
        bool with_stripe);

  /// `head`: what a page of the shop says of itself, or empty. Throws Error{not_found} or
  /// Error{method_not_allowed}.
  http::Response answer(const http::Request& request, const std::string& path,
                        std::string_view head = {}) const;

  /// Whether that would be a page of the shop.
  bool is_shop_page(const http::Request& request, const std::string& path) const {
    return !pages_.contains(path) && web_ui_.is_page(request, path);
  }

 private:
  struct Page {
    std::string content_type;
    std::string security_policy;
    std::shared_ptr<const std::string> body;
  };

  std::map<std::string, Page> pages_;
  WebUi web_ui_;
};

}  // namespace souk::gateway
