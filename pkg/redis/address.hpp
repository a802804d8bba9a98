#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace souk::redis {

/// Where a Redis is and who we are to it. A plain value; holds a secret.
struct Address {
  std::string host;  ///< a name or an address
  std::uint16_t port = 6379;
  std::string user;  ///< empty: the default one
  std::string password;
  int database = 0;
};

/// redis://[[user]:password@]host[:port][/database]. Throws Error{validation, "invalid_setting"}, whose
/// detail does not repeat the text.
Address parse_url(std::string_view text);

}  // namespace souk::redis
