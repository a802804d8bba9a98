#pragma once

#include <map>
#include <memory>
#include <string>

#include "http/message.hpp"
#include "internal/routing/route.hpp"

namespace souk::gateway {

/// The pages that are no API: the start page, /openapi.json, and the interactive docs at /docs (Swagger UI,
/// compiled in). Immutable, any thread.
class Pages {
 public:
  explicit Pages(const RouteTable& routes);

  /// Throws Error{not_found} or Error{method_not_allowed}.
  http::Response answer(http::Method method, const std::string& path) const;

 private:
  struct Page {
    std::string content_type;
    std::string security_policy;
    std::shared_ptr<const std::string> body;
  };

  std::map<std::string, Page> pages_;
};

}  // namespace souk::gateway
