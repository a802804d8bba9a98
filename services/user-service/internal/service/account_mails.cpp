#include "internal/service/account_mails.hpp"

#include "internal/repository/session_repository.hpp"
#include "internal/service/account_events.hpp"
#include "user/events.pb.h"

namespace souk::user {
namespace {

/// More at once than a shop's customers forget; each is two short transactions.
constexpr std::size_t kForgottenAtOnce = 64;
constexpr std::chrono::seconds kMailResetTime{10};
constexpr std::chrono::hours kTokenWindow{1};
/// Who has not come from a device for half a year may be told of it again.
constexpr std::chrono::days kDeviceMemory{180};

Error invalid_link() {
  return {Kind::validation, "invalid_link", "This link is not good any more. Ask for a new one."};
}

Error too_many_mails() {
  Error error{Kind::rate_limited, "rate_limited",
              "Several of these mails are on their way already. Try again later."};
  error.retry_after = kTokenWindow;
  return error;
}

}  // namespace

std::string issue_token(database::Transaction& tx, Random& random, UserId user,
                        TokenPurpose purpose, const std::string& email, Time now) {
  auto token = security::make_token(random);
  repository::insert_token(tx,
                           {.digest = security::token_digest(token),
                            .user = user,
                            .purpose = purpose,
                            .email = email,
                            .expires_at = now + life_of(purpose)},
                           now);
  return token;
}

AccountMails::AccountMails(const runtime::ModuleContext& context, database::Database& database,
                           messaging::Outbox& outbox, security::PasswordHasher& hasher)
    : database_(database),
      outbox_(outbox),
      hasher_(hasher),
      clock_(context.clock),
      random_(context.random),
      log_(context.log),
      name_(context.name),
      later_(context.loop) {}

Task<> AccountMails::resend_verification(const rpc::Call& call) {
  const auto id = call.identity.require_user();
  const auto now = clock_.now();
  co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
    const auto user = co_await repository::lock_user(tx, id);
    if (!user || user->email_verified) co_return;
    if (!co_await may_ask(tx, id, TokenPurpose::verify_email, now)) throw too_many_mails();
    v1::EmailVerificationRequested event;
    event.set_user_id(id.str());
    event.set_email(user->email);
    event.set_token(issue_token(tx, random_, id, TokenPurpose::verify_email, user->email, now));
    event.set_token_expires_at_ms(to_milliseconds(now + life_of(TokenPurpose::verify_email)));
    outbox_.publish(tx, call, id.str(), event);
  });
}

Task<> AccountMails::verify_email(const rpc::Call& call, std::string token) {
  const auto now = clock_.now();
  const auto found = co_await good_token(call, token, now);
  if (found.purpose == TokenPurpose::reset_password) throw invalid_link();
  const bool confirmed =
      co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<bool> {
        co_return co_await confirm(tx, call, found, now);
      });
  if (!confirmed) throw invalid_link();
}

/// The account first, then the token: so does everybody, and nobody waits for each other in a ring.
Task<bool> AccountMails::confirm(database::Transaction& tx, const rpc::Call& call,
                                 const AccountToken& token, Time now) {
  const auto user = co_await repository::lock_user(tx, token.user);
  if (!user || user->disabled) co_return false;
  const bool moves = token.purpose == TokenPurpose::change_email;
  if (!moves && user->email != token.email) co_return false;  // it has moved since
  if (!co_await repository::use_token(tx, token.digest, now)) co_return false;
  if (!moves) {
    repository::set_email(tx, user->id, user->email, now);
    co_return true;
  }
  repository::set_email(tx, user->id, token.email, now);
  repository::drop_tokens(tx, user->id, now);  // links to the old address let nobody in any more
  v1::EmailChanged event;
  event.set_user_id(user->id.str());
  event.set_old_email(user->email);
  event.set_new_email(token.email);
  event.set_full_name(user->full_name);
  event.set_locale(user->locale);
  outbox_.publish(tx, call, user->id.str(), event);
  co_return true;
}

Task<> AccountMails::forgot_password(const rpc::Call& call, std::string email) {
  if (later_.running() >= kForgottenAtOnce) {
    throw unavailable("Too many people are asking for a new password right now.");
  }
  auto own = rpc::Call::background(name_, kMailResetTime, random_, call.identity.tenant);
  own.trace = call.trace;
  later_.spawn(mail_reset(std::move(own), normal_email(email)));
  co_return;
}

Task<> AccountMails::mail_reset(rpc::Call call, std::string email) {
  try {
    const auto account = co_await repository::find_account(database_, call.scope(), email);
    if (!account || account->user.disabled) co_return;
    const auto id = account->user.id;
    const auto now = clock_.now();
    co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
      const auto user = co_await repository::lock_user(tx, id);
      if (!user || user->disabled || user->email != email) co_return;
      if (!co_await may_ask(tx, id, TokenPurpose::reset_password, now)) co_return;
      v1::PasswordResetRequested event;
      event.set_user_id(id.str());
      event.set_email(email);
      event.set_token(issue_token(tx, random_, id, TokenPurpose::reset_password, email, now));
      event.set_token_expires_at_ms(to_milliseconds(now + life_of(TokenPurpose::reset_password)));
      outbox_.publish(tx, call, id.str(), event);
    });
  } catch (const std::exception& error) {
    log_.warn("a mail for a new password could not be asked for", {{"reason", error.what()}});
  }
}

Task<> AccountMails::reset_password(const rpc::Call& call, std::string token,
                                    std::string password) {
  const auto found = co_await good_token(call, token, clock_.now());
  if (found.purpose != TokenPurpose::reset_password) throw invalid_link();
  const auto hash = co_await hasher_.hash(std::move(password));
  const auto now = clock_.now();
  const bool done =
      co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<bool> {
        co_return co_await reset(tx, call, found, hash, now);
      });
  if (!done) throw invalid_link();
}

Task<bool> AccountMails::reset(database::Transaction& tx, const rpc::Call& call,
                               const AccountToken& token, const std::string& hash, Time now) {
  const auto user = co_await repository::lock_user(tx, token.user);
  if (!user || user->disabled || user->email != token.email) co_return false;
  if (!co_await repository::use_token(tx, token.digest, now)) co_return false;
  repository::set_password(tx, user->id, hash, now);
  repository::set_email(tx, user->id, user->email, now);  // who read the mail has the address
  repository::drop_tokens(tx, user->id, now);
  publish_password_changed(tx, outbox_, call, user->id, now);
  const auto ended = co_await repository::end_sessions_of(tx, user->id, now);
  repository::announce_revocations(tx, ended, now);
  co_return true;
}

Task<> AccountMails::change_email(const rpc::Call& call, std::string email, std::string password) {
  const auto id = call.identity.require_user();
  const auto account = co_await repository::find_account(database_, call.scope(), id);
  bool right = false;
  if (account && !account->user.disabled && !account->password_hash.empty()) {
    right = co_await hasher_.verify(std::move(password), account->password_hash);
  }
  if (!right) {
    throw Error{Kind::unauthenticated, "invalid_credentials", "The password is wrong."};
  }
  const auto wanted = normal_email(email);
  if (wanted == account->user.email) {
    throw invalid_field("email", "not_allowed", "Is the account's address already.");
  }
  const auto now = clock_.now();
  const auto holder = co_await repository::find_account(database_, call.scope(), wanted);
  co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
    co_await repository::lock_user(tx, id);
    if (!co_await may_ask(tx, id, TokenPurpose::change_email, now)) throw too_many_mails();
    v1::EmailChangeRequested event;
    event.set_user_id(id.str());
    event.set_new_email(wanted);
    event.set_token(issue_token(tx, random_, id, TokenPurpose::change_email, wanted, now));
    event.set_token_expires_at_ms(to_milliseconds(now + life_of(TokenPurpose::change_email)));
    if (!holder) outbox_.publish(tx, call, id.str(), event);
  });
}

Task<> AccountMails::purge() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes{1};
  const auto now = clock_.now();
  return repository::purge_tokens(database_, {kEveryTenant, deadline}, now - kTokenWindow,
                                  now - kDeviceMemory);
}

Task<bool> AccountMails::may_ask(database::Transaction& tx, UserId user, TokenPurpose purpose,
                                 Time now) {
  const auto recent = co_await repository::tokens_since(tx, user, purpose, now - kTokenWindow);
  co_return recent < kTokensPerHour;
}

Task<AccountToken> AccountMails::good_token(const rpc::Call& call, const std::string& token,
                                            Time now) {
  auto found =
      co_await repository::find_token(database_, call.scope(), security::token_digest(token), now);
  if (!found) throw invalid_link();
  co_return *std::move(found);
}

}  // namespace souk::user
