#pragma once

#include <string>

#include "internal/repository/account_token_repository.hpp"
#include "internal/repository/user_repository.hpp"
#include "messaging/outbox.hpp"
#include "runtime/module.hpp"
#include "runtime/task_group.hpp"
#include "security/password_hasher.hpp"

namespace souk::user {

/// Makes a token for a link to `email` and queues its digest in `tx`; whoever publishes the event that
/// mails it is the only one who ever has it.
std::string issue_token(database::Transaction& tx, Random& random, UserId user,
                        TokenPurpose purpose, const std::string& email, Time now);

/// What is done by links in mails: confirming an address, a new password, another address. Tokens are
/// used once; an account gets three of a kind in an hour. Owned by the module, on its loop; stop() waits
/// for the mails that are being asked for.
class AccountMails {
 public:
  AccountMails(const runtime::ModuleContext& context, database::Database& database,
               messaging::Outbox& outbox, security::PasswordHasher& hasher);

  /// Mails the caller another link; nothing where the address is confirmed already. Throws
  /// Error{rate_limited}.
  Task<> resend_verification(const rpc::Call& call);

  /// Confirms the address that the link was mailed to; an address that the account is to move to becomes
  /// its own. Throws Error{validation, "invalid_link"} and Error{conflict, "email_taken"}.
  Task<> verify_email(const rpc::Call& call, std::string token);

  /// Mails a link to whoever has this address. Returns before it looks whether anybody has, so that
  /// neither the answer nor its time tells. Throws Error{unavailable} where too many ask at once.
  Task<> forgot_password(const rpc::Call& call, std::string email);

  /// Sets the password and ends every session. Throws Error{validation, "invalid_link"}.
  Task<> reset_password(const rpc::Call& call, std::string token, std::string password);

  /// Mails a link to the new address. Who has it already is not told. Throws Error{unauthenticated,
  /// "invalid_credentials"} and Error{rate_limited}.
  Task<> change_email(const rpc::Call& call, std::string email, std::string password);

  /// Forgets what is over, of every tenant.
  Task<> purge();
  Task<> stop() { return later_.wait(); }

 private:
  Task<> mail_reset(rpc::Call call, std::string email);
  Task<bool> may_ask(database::Transaction& tx, UserId user, TokenPurpose purpose, Time now);
  Task<AccountToken> good_token(const rpc::Call& call, const std::string& token, Time now);
  Task<bool> confirm(database::Transaction& tx, const rpc::Call& call, const AccountToken& token,
                     Time now);
  Task<bool> reset(database::Transaction& tx, const rpc::Call& call, const AccountToken& token,
                   const std::string& hash, Time now);

  database::Database& database_;
  messaging::Outbox& outbox_;
  security::PasswordHasher& hasher_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  std::string name_;
  runtime::TaskGroup later_;
};

}  // namespace souk::user
