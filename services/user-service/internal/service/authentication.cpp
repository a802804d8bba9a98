#include "internal/service/authentication.hpp"

#include "internal/models/device.hpp"
#include "internal/service/account_events.hpp"
#include "internal/service/account_mails.hpp"
#include "user/events.pb.h"

namespace souk::user {
namespace {

Error invalid_credentials() {
  return {Kind::unauthenticated, "invalid_credentials", "The e-mail address or password is wrong."};
}

Place place_of(const rpc::Call& call) {
  return {.device = device_name(call.user_agent), .address = call.client_address};
}

Error invalid_refresh_token() {
  return {Kind::unauthenticated, "invalid_refresh_token",
          "The refresh token is not valid. Log in again."};
}

}  // namespace

Authentication::Authentication(const runtime::ModuleContext& context, database::Database& database,
                               messaging::Outbox& outbox, security::PasswordHasher& hasher,
                               const TokenIssuer& issuer)
    : database_(database),
      outbox_(outbox),
      hasher_(hasher),
      issuer_(issuer),
      clock_(context.clock),
      ids_(context.ids),
      random_(context.random),
      log_(context.log) {}

Task<LoggedIn> Authentication::register_customer(const rpc::Call& call, Registration wanted) {
  auto account = co_await new_account(std::move(wanted), kCustomer);
  auto opening = open(call, account.user.id, account.user.created_at);
  co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
    repository::insert_user(tx, account);
    repository::insert_session(tx, opening.session, account.user.created_at);
    publish(tx, call, account.user);
    co_await note_device(tx, call, account.user.id, account.user.created_at, false);
  });
  co_return logged_in(std::move(account.user), opening.session.id,
                      std::move(opening.refresh_token));
}

Task<LoggedIn> Authentication::open_guest_session(const rpc::Call& call, Guest guest) {
  const auto now = clock_.now();
  Account account{.user = {.id = UserId{ids_.next()},
                           .email = normal_email(guest.email),
                           .full_name = std::move(guest.full_name),
                           .locale = std::move(guest.locale),
                           .roles = {kGuest},
                           .created_at = now,
                           .updated_at = now},
                  .password_hash = {}};
  auto opening = open(call, account.user.id, now);
  co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
    repository::insert_user(tx, account);
    repository::insert_session(tx, opening.session, now);
    publish_guest(tx, outbox_, call, account.user);
    co_return;
  });
  co_return logged_in(std::move(account.user), opening.session.id,
                      std::move(opening.refresh_token));
}

Task<User> Authentication::create_admin(const rpc::Call& call, Registration wanted) {
  auto account = co_await new_account(std::move(wanted), kAdmin);
  co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
    repository::insert_user(tx, account);
    publish(tx, call, account.user);
    co_return;
  });
  co_return std::move(account.user);
}

Task<LoggedIn> Authentication::login(const rpc::Call& call, std::string email,
                                     std::string password) {
  // A second look: another login may have strengthened the hash while we checked against the old
  // one.
  for (int look = 0; look < 2; ++look) {
    if (auto opened = co_await try_login(call, email, password)) co_return *std::move(opened);
  }
  throw invalid_credentials();
}

Task<std::optional<LoggedIn>> Authentication::try_login(const rpc::Call& call,
                                                        const std::string& email,
                                                        const std::string& password) {
  auto account = co_await repository::find_account(database_, call.scope(), normal_email(email));
  if (!co_await fits(account, password)) throw invalid_credentials();
  std::optional<std::string> new_hash;
  if (hasher_.needs_rehash(account->password_hash)) new_hash = co_await hasher_.hash(password);
  const auto now = clock_.now();
  auto opening = open(call, account->user.id, now);
  const bool opened =
      co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<bool> {
        const bool held = co_await open_session(tx, *account, new_hash, opening.session, now);
        if (held) co_await note_device(tx, call, account->user.id, now, true);
        co_return held;
      });
  if (!opened) co_return std::nullopt;
  co_return logged_in(std::move(account->user), opening.session.id,
                      std::move(opening.refresh_token));
}

Task<LoggedIn> Authentication::refresh(rpc::Call& call, std::string refresh_token) {
  const auto id = issuer_.session_of(refresh_token);
  if (!id) throw invalid_refresh_token();
  const auto now = clock_.now();
  const auto presented = security::token_digest(refresh_token);
  auto next = issuer_.refresh_token(*id);
  auto [verdict, user] =
      co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<Exchange> {
        co_return co_await exchange(tx, *id, presented, security::token_digest(next),
                                    place_of(call), now);
      });
  if (verdict == TokenVerdict::reused) {
    call.reply.revoked_session = id->str();
    log_.warn("a refresh token was used twice; its session was ended",
              {{"session", std::string_view{call.reply.revoked_session}}});
  }
  if (verdict != TokenVerdict::good) throw invalid_refresh_token();
  co_return logged_in(std::move(user), *id, std::move(next));
}

Task<> Authentication::logout(rpc::Call& call) {
  const auto user = call.identity.require_user();
  const auto session = call.identity.session;
  if (!session) throw Error{Kind::unauthenticated, "unauthenticated", "Log in first."};
  const auto now = clock_.now();
  co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
    const auto ended = co_await repository::end_session(tx, *session, user, now);
    repository::announce_revocations(tx, ended, now);
  });
  call.reply.revoked_session = session->str();
}

Task<LoggedIn> Authentication::change_password(rpc::Call& call, std::string current,
                                               std::string wanted) {
  auto account =
      co_await repository::find_account(database_, call.scope(), call.identity.require_user());
  if (!co_await fits(account, std::move(current))) throw invalid_credentials();
  const auto hash = co_await hasher_.hash(std::move(wanted));
  const auto now = clock_.now();
  auto opening = open(call, account->user.id, now);
  const bool changed =
      co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<bool> {
        if (!co_await repository::replace_password(tx, *account, hash, now)) co_return false;
        const auto ended = co_await repository::end_sessions_of(tx, account->user.id, now);
        repository::insert_session(tx, opening.session, now);
        repository::drop_tokens(tx, account->user.id, now);
        publish_password_changed(tx, outbox_, call, account->user.id, now);
        repository::announce_revocations(tx, ended, now);
        co_return true;
      });
  if (!changed) throw invalid_credentials();  // somebody else has just changed it
  if (call.identity.session) call.reply.revoked_session = call.identity.session->str();
  account->user.updated_at = now;
  co_return logged_in(std::move(account->user), opening.session.id,
                      std::move(opening.refresh_token));
}

Authentication::Opening Authentication::open(const rpc::Call& call, UserId user, Time now) const {
  const SessionId id{ids_.next()};
  auto token = issuer_.refresh_token(id);
  return {.session = {.id = id,
                      .user = user,
                      .token_digest = security::token_digest(token),
                      .expires_at = now + kRefreshTokenLife,
                      .place = place_of(call)},
          .refresh_token = std::move(token)};
}

LoggedIn Authentication::logged_in(User user, SessionId session, std::string refresh_token) const {
  auto access_token = issuer_.access_token(user, session);
  return {.user = std::move(user),
          .session = session,
          .access_token = std::move(access_token),
          .refresh_token = std::move(refresh_token)};
}

Task<Account> Authentication::new_account(Registration wanted, std::string role) {
  auto hash = co_await hasher_.hash(std::move(wanted.password));
  const auto now = clock_.now();
  co_return Account{.user = {.id = UserId{ids_.next()},
                             .email = normal_email(wanted.email),
                             .full_name = std::move(wanted.full_name),
                             .locale = std::move(wanted.locale),
                             .roles = {std::move(role)},
                             .created_at = now,
                             .updated_at = now},
                    .password_hash = std::move(hash)};
}

void Authentication::publish(database::Transaction& tx, const rpc::Call& call, const User& user) {
  v1::UserRegistered event;
  event.set_user_id(user.id.str());
  event.set_email(user.email);
  event.set_full_name(user.full_name);
  event.set_locale(user.locale);
  event.set_verification_token(
      issue_token(tx, random_, user.id, TokenPurpose::verify_email, user.email, user.created_at));
  event.set_token_expires_at_ms(
      to_milliseconds(user.created_at + life_of(TokenPurpose::verify_email)));
  outbox_.publish(tx, call, user.id.str(), event);
}

/// The first device is the one that the account was opened or first used with: nobody is told of it.
Task<> Authentication::note_device(database::Transaction& tx, const rpc::Call& call, UserId user,
                                   Time now, bool tell) {
  const auto name = device_name(call.user_agent);
  const auto digest = device_digest(user, name, call.client_address);
  const bool is_new = co_await repository::note_device(tx, user, digest, now);
  if (is_new && tell) publish_new_device(tx, outbox_, call, user, name, now);
}

/// As slow for an account that is not there, or cannot log in, as for one that can.
Task<bool> Authentication::fits(const std::optional<Account>& account, std::string password) {
  if (!account || account->password_hash.empty()) {
    co_return co_await hasher_.verify_dummy(std::move(password));
  }
  const bool right = co_await hasher_.verify(std::move(password), account->password_hash);
  co_return right && !account->user.disabled;
}

/// False where the account was disabled, or its password changed, while the password was checked.
Task<bool> Authentication::open_session(database::Transaction& tx, const Account& account,
                                        const std::optional<std::string>& new_hash,
                                        const Session& session, Time now) {
  // A stronger hash of the same password is no change that anyone should see: updated_at stays.
  bool unchanged = false;
  if (new_hash) {
    unchanged =
        co_await repository::replace_password(tx, account, *new_hash, account.user.updated_at);
  } else {
    unchanged = co_await repository::hold_account(tx, account);
  }
  if (unchanged) repository::insert_session(tx, session, now);
  co_return unchanged;
}

Task<Authentication::Exchange> Authentication::exchange(database::Transaction& tx, SessionId id,
                                                        const security::TokenDigest& presented,
                                                        const security::TokenDigest& next,
                                                        const Place& place, Time now) {
  auto held = co_await repository::lock_session(tx, id);
  if (!held || held->user.disabled) co_return Exchange{TokenVerdict::ended, {}};
  auto& session = held->session;
  const auto verdict = judge(session, presented, now);
  if (verdict == TokenVerdict::good) {
    session.token_digest = next;
    session.expires_at = now + kRefreshTokenLife;
    session.place = place;
    repository::renew_session(tx, session, now);
  } else if (verdict == TokenVerdict::reused) {
    const auto ended = co_await repository::end_session(tx, id, session.user, now);
    repository::announce_revocations(tx, ended, now);
  }
  co_return Exchange{verdict, std::move(held->user)};
}

}  // namespace souk::user
