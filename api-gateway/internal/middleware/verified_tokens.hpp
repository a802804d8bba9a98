#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string_view>

#include "security/jwt.hpp"
#include "security/token.hpp"

namespace souk::gateway {

/// What was in access tokens whose signatures were good, so that a client's next request need not check
/// again: a signature costs 80 us, more than the rest of most requests. Kept by digest; bounded, the least
/// recently added go first. Knows nothing of ended sessions. Any thread.
class VerifiedTokens {
 public:
  /// Nothing for a token that was not added, or whose time is over.
  std::optional<security::Claims> find(const security::TokenDigest& token, Time now) const;
  void add(const security::TokenDigest& token, const security::Claims& claims);
  /// The keys have changed: what they signed has to be checked anew.
  void clear();

 private:
  using Generation = std::map<security::TokenDigest, security::Claims>;

  mutable std::mutex mutex_;
  Generation young_;
  Generation old_;
};

}  // namespace souk::gateway
