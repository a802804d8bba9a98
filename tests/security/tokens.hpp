#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

/// Access tokens as attackers make them.
namespace souk::testing::bad_inputs {

struct TokenParts {
  std::string header, payload, signature;  ///< base64url each

  std::string signed_text() const { return header + "." + payload; }
  std::string text() const { return signed_text() + "." + signature; }
};

TokenParts split(const std::string& token);

/// base64url of the JSON text.
std::string encoded(const boost::json::object& json);
boost::json::object decoded(const std::string& part);

/// Good claims under another header, signed with a key of the attacker's own (Ed25519).
std::string self_signed(const TokenParts& good, const boost::json::object& header);

/// The same, "signed" with HMAC-SHA-256 under `key`.
std::string hmac_signed(const TokenParts& good, const boost::json::object& header,
                        std::string_view key);

}  // namespace souk::testing::bad_inputs
