#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "internal/clients/user_client.hpp"
#include "internal/middleware/neighbours.hpp"
#include "internal/middleware/verified_tokens.hpp"
#include "runtime/job.hpp"
#include "runtime/module.hpp"
#include "security/jwt.hpp"

namespace souk::gateway {

/// What user-service says of sessions: its public keys, and which sessions ended before their tokens.
struct SessionNews {
  std::string jwks_json;
  user::v1::ListRevocationsReply revocations;
};

/// Turns access tokens into identities. Asks user-service every second, so a session that another process
/// ended is refused within that, and one that ended in this process at once. Where there are neighbours,
/// they are told at once too, and asked when user-service does not answer.
///
/// No token is believed unless everything that user-service knew 5 s ago is known here. User-service alone
/// can say that nothing has happened; a neighbour can pass on what it said.
///
/// identify(), revoke() and refuse() are for any thread; the rest is for the module's loop.
class Authenticator {
 public:
  explicit Authenticator(const runtime::ModuleContext& context);

  /// Before start(). They outlive what stop() waits for.
  void meet(Neighbours& neighbours) { neighbours_ = &neighbours; }

  /// Waits for the first keys; then keeps them fresh. Throws Error{unavailable} when nobody has them.
  Task<> start();
  Task<> stop() { return job_.stop(); }

  /// What user-service says now of sessions after the one numbered `after`. Throws Error{unavailable, …}.
  Task<SessionNews> ask_user_service(std::int64_t after);
  /// Takes in what user-service said to somebody at or after `as_of`. Throws Error{malformed} for keys that
  /// cannot be read.
  void learn(const SessionNews& news, std::chrono::steady_clock::time_point as_of);

  /// Throws Error{unavailable} when the revocations are older than they may be.
  void check_fresh() const;

  /// The identity behind an Authorization header's value; the visitor's where there is none. Throws
  /// Error{unauthenticated} for anything but a good, unrevoked Bearer token.
  Identity identify(std::optional<std::string_view> authorization) const;

  /// When a good token's time is over; the epoch for any other.
  Time good_until(std::string_view authorization) const;
  /// Whether a session that was good still is, as far as that can be known.
  bool still_good(const SessionId& session) const;

  /// From now on no token of this session is good, here and at the neighbours'.
  void revoke(const SessionId& session);
  /// The same, here only.
  void refuse(const SessionId& session);

  /// RFC 7517, for /.well-known/jwks.json.
  std::string jwks_json() const;

 private:
  Task<> refresh();
  bool knows_keys() const;
  std::int64_t last_revocation() const;
  Result<security::Claims> verify(std::string_view token) const;

  runtime::ModuleContext context_;
  UserClient users_;
  security::Expected expected_;
  runtime::Job job_;
  Neighbours* neighbours_ = nullptr;
  mutable VerifiedTokens verified_;

  mutable std::shared_mutex mutex_;  // guards what follows
  std::string jwks_json_;            // what jwks_ was read from
  std::shared_ptr<const security::Jwks> jwks_;
  std::unordered_map<SessionId, Time> revoked_;  // until when they matter
  std::int64_t last_revocation_ = 0;
  std::chrono::steady_clock::time_point refreshed_{};
};

}  // namespace souk::gateway
