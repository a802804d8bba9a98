#pragma once

#include <string>
#include <vector>

#include "http/message.hpp"

namespace souk::gateway {

/// Cross-origin requests: only the origins of SOUK_CORS_ORIGINS are let in, never "null" and never a wildcard.
class Cors {
 public:
  /// Comma-separated origins. Throws Error{validation, "invalid_setting"} for what is none.
  explicit Cors(std::string_view origins);

  /// Adds what lets the page of an allowed origin read the reply.
  void decorate(const http::Request& request, http::Response& response) const;

  /// The reply to a preflight request (OPTIONS with Origin and Access-Control-Request-Method).
  http::Response preflight(const http::Request& request) const;

 private:
  bool allows(std::string_view origin) const;

  std::vector<std::string> origins_;
};

}  // namespace souk::gateway
