#pragma once

#include <optional>
#include <string>

#include "internal/repository/session_repository.hpp"
#include "internal/repository/user_repository.hpp"
#include "internal/service/token_issuer.hpp"
#include "messaging/outbox.hpp"
#include "security/password_hasher.hpp"

namespace souk::user {

struct Registration {
  std::string email;
  std::string password;
  std::string full_name;
  std::string locale = {};
};

struct Guest {
  std::string email;
  std::string full_name = {};
  std::string locale = {};
};

/// Opens accounts and sessions, and ends sessions. What is wrong with a login is never said:
/// unknown account, wrong password and disabled account are one answer, after the same time. Owned
/// by the module, on its loop. A login from a device that the account has not been used from is told to
/// its owner.
class Authentication {
 public:
  Authentication(const runtime::ModuleContext& context, database::Database& database,
                 messaging::Outbox& outbox, security::PasswordHasher& hasher,
                 const TokenIssuer& issuer);

  /// Throws Error{conflict, "email_taken"}.
  Task<LoggedIn> register_customer(const rpc::Call& call, Registration wanted);
  /// A session for somebody who buys without an account, in which alone he sees what he has ordered:
  /// there is no password to come back with, and nothing is ever given to who registers the address.
  Task<LoggedIn> open_guest_session(const rpc::Call& call, Guest guest);
  /// An administrator, for the command line; nobody is logged in. Throws Error{conflict,
  /// "email_taken"}.
  Task<User> create_admin(const rpc::Call& call, Registration wanted);

  /// Throws Error{unauthenticated, "invalid_credentials"}.
  Task<LoggedIn> login(const rpc::Call& call, std::string email, std::string password);

  /// Exchanges a refresh token; it is good for one use. A second use ends the session, for one of
  /// the token's two holders has stolen it. Throws Error{unauthenticated, "invalid_refresh_token"}.
  Task<LoggedIn> refresh(rpc::Call& call, std::string refresh_token);

  /// Ends the caller's session; it may have ended before.
  Task<> logout(rpc::Call& call);

  /// Ends every session of the caller, this one too, and opens a new one: no token from before goes
  /// on. Throws Error{unauthenticated, "invalid_credentials"} for a wrong current password.
  Task<LoggedIn> change_password(rpc::Call& call, std::string current, std::string wanted);

 private:
  struct Opening {
    Session session;
    std::string refresh_token;
  };
  struct Exchange {
    TokenVerdict verdict;
    User user;  ///< where the verdict is good
  };

  Opening open(const rpc::Call& call, UserId user, Time now) const;
  LoggedIn logged_in(User user, SessionId session, std::string refresh_token) const;
  Task<Account> new_account(Registration wanted, std::string role);
  void publish(database::Transaction& tx, const rpc::Call& call, const User& user);
  Task<> note_device(database::Transaction& tx, const rpc::Call& call, UserId user, Time now,
                     bool tell);
  Task<std::optional<LoggedIn>> try_login(const rpc::Call& call, const std::string& email,
                                          const std::string& password);
  Task<bool> fits(const std::optional<Account>& account, std::string password);
  Task<bool> open_session(database::Transaction& tx, const Account& account,
                          const std::optional<std::string>& new_hash, const Session& session,
                          Time now);
  Task<Exchange> exchange(database::Transaction& tx, SessionId id,
                          const security::TokenDigest& presented, const security::TokenDigest& next,
                          const Place& place, Time now);

  database::Database& database_;
  messaging::Outbox& outbox_;
  security::PasswordHasher& hasher_;
  const TokenIssuer& issuer_;
  const Clock& clock_;
  IdGenerator& ids_;
  Random& random_;
  Log& log_;
};

}  // namespace souk::user
