#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "internal/clients/user_client.hpp"
#include "runtime/job.hpp"
#include "runtime/module.hpp"
#include "security/jwt.hpp"

namespace souk::gateway {

/// Turns access tokens into identities. Keeps user-service's public keys and the sessions that ended
/// before their tokens did: asked for every second, so a session that another process ended is refused
/// within that, and one that ended in this process at once.
///
/// verify() and revoke() are for any thread; start() and stop() for the module's loop.
class Authenticator {
 public:
  explicit Authenticator(const runtime::ModuleContext& context);

  /// Waits for the first keys; then keeps them fresh. Throws Error{unavailable} when user-service does not come up.
  Task<> start();
  Task<> stop() { return job_.stop(); }
  /// Throws Error{unavailable} when the revocations are older than they may be.
  void check_fresh() const;

  /// The identity behind an Authorization header's value; the visitor's where there is none. Throws
  /// Error{unauthenticated} for anything but a good, unrevoked Bearer token.
  Identity identify(std::optional<std::string_view> authorization) const;

  /// From now on, no token of this session is good.
  void revoke(const SessionId& session);

  /// RFC 7517, for /.well-known/jwks.json.
  std::string jwks_json() const;

 private:
  Task<> refresh();

  runtime::ModuleContext context_;
  UserClient users_;
  security::Expected expected_;
  runtime::Job job_;

  mutable std::shared_mutex mutex_;  // guards what follows
  std::shared_ptr<const security::Jwks> jwks_;
  std::unordered_map<SessionId, Time> revoked_;  // until when they matter
  std::int64_t last_revocation_ = 0;
  std::chrono::steady_clock::time_point refreshed_{};
};

}  // namespace souk::gateway
