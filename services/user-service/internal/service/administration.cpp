#include "internal/service/administration.hpp"

#include <algorithm>

#include "internal/repository/session_repository.hpp"
#include "internal/service/user_proto.hpp"
#include "runtime/idempotency.hpp"

namespace souk::user {
namespace {

/// The account, locked. All administrators are locked first, whoever the account belongs to: so any
/// two changes that could take an administrator away happen one after the other, and cannot
/// deadlock.
struct HeldUser {
  User user;
  bool last_admin;
};

Task<HeldUser> hold(database::Transaction& tx, UserId id) {
  const auto admins = co_await repository::lock_admins(tx);
  auto user = co_await repository::lock_user(tx, id);
  if (!user) throw not_found("user");
  co_return HeldUser{*std::move(user), admins == std::vector{id}};
}

/// A guest's address is unproved, and perhaps somebody else's account.
Error guest_account() {
  return {Kind::conflict, "guest_account", "A guest has no other role. Register an account first."};
}

Error last_admin() {
  return {Kind::conflict, "last_admin",
          "This is the last administrator. Appoint another one first."};
}

}  // namespace

Task<std::vector<User>> Administration::list(const rpc::Call& call, UserFilter filter,
                                             std::optional<UserId> before, int limit) {
  co_return co_await repository::page(database_, call.scope(), filter, before, limit);
}

Task<User> Administration::set_roles(rpc::Call& call, UserId id, std::vector<std::string> roles) {
  roles = normal_roles(std::move(roles));
  auto user =
      co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<User> {
        co_return co_await set_roles_in(tx, id, roles);
      });
  note(call, "roles set", id);
  co_return user;
}

Task<v1::User> Administration::disable(rpc::Call& call, const v1::DisableUserRequest& request) {
  const auto id = UserId::from(request.id());
  if (call.identity.user == id) {
    throw Error{Kind::conflict, "cannot_disable_self", "Nobody can disable the own account."};
  }
  auto reply =
      co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<v1::User> {
        runtime::Idempotency once{call, "DisableUser", request};
        if (auto stored = co_await once.claim<v1::User>(tx)) co_return *std::move(stored);
        auto disabled = to_proto(co_await set_disabled_in(tx, id, true));
        once.store(tx, disabled);
        co_return disabled;
      });
  note(call, "account disabled", id);
  co_return reply;
}

Task<v1::User> Administration::enable(rpc::Call& call, const v1::EnableUserRequest& request) {
  const auto id = UserId::from(request.id());
  auto reply =
      co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<v1::User> {
        runtime::Idempotency once{call, "EnableUser", request};
        if (auto stored = co_await once.claim<v1::User>(tx)) co_return *std::move(stored);
        auto enabled = to_proto(co_await set_disabled_in(tx, id, false));
        once.store(tx, enabled);
        co_return enabled;
      });
  note(call, "account enabled", id);
  co_return reply;
}

Task<User> Administration::set_roles_in(database::Transaction& tx, UserId id,
                                        const std::vector<std::string>& roles) {
  const auto held = co_await hold(tx, id);
  if (held.user.roles == roles) co_return held.user;
  if (held.user.is_guest()) throw guest_account();
  if (held.last_admin && std::ranges::find(roles, kAdmin) == roles.end()) throw last_admin();
  const auto now = clock_.now();
  auto user = co_await repository::set_roles(tx, id, roles, now);
  if (loses_role(held.user.roles, roles)) co_await end_sessions(tx, id, now);
  co_return user;
}

Task<User> Administration::set_disabled_in(database::Transaction& tx, UserId id, bool disabled) {
  const auto held = co_await hold(tx, id);
  if (held.user.disabled == disabled) co_return held.user;
  if (disabled && held.last_admin) throw last_admin();
  const auto now = clock_.now();
  auto user = co_await repository::set_disabled(tx, id, disabled, now);
  if (disabled) co_await end_sessions(tx, id, now);
  co_return user;
}

Task<> Administration::end_sessions(database::Transaction& tx, UserId id, Time now) {
  const auto ended = co_await repository::end_sessions_of(tx, id, now);
  repository::announce_revocations(tx, ended, now);
}

/// Who did what to whom: an administrator's deeds are to be found in the log.
void Administration::note(const rpc::Call& call, std::string_view what, UserId id) {
  const auto by = call.identity.user ? call.identity.user->str() : call.identity.service;
  const auto whom = id.str();
  log_.info(what, {{"user", std::string_view{whom}}, {"by", std::string_view{by}}});
}

}  // namespace souk::user
