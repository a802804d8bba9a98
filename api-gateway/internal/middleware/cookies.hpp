#pragma once

#include <optional>
#include <string>

#include <google/protobuf/message.h>

#include "http/message.hpp"

/// For browsers: a request with `use_cookie` gets its refresh token as an HttpOnly cookie instead of in
/// the body, and a request without a refresh token of its own takes it from there.
namespace souk::gateway {

class RefreshCookie {
 public:
  /// `public_url`: the cookie is Secure where that is https, and only pages of its origin may send it.
  explicit RefreshCookie(std::string public_url) : public_url_(std::move(public_url)) {}

  /// Fills in `refresh_token` from the cookie where the request has such a field and it is empty. Throws
  /// Error{forbidden, "cross_site_request"} where another site's page sent it.
  void read(const http::Request& http, google::protobuf::Message& request) const;

  /// Moves the reply's refresh token into a cookie where the request asked for that.
  void write(const google::protobuf::Message& request, google::protobuf::Message& reply,
             http::Response& http) const;

  /// After a logout.
  void clear(http::Response& http) const;

 private:
  void set(http::Response& http, const std::string& token, int max_age_s) const;

  std::string public_url_;
};

}  // namespace souk::gateway
