#pragma once

#include <optional>
#include <string>
#include <vector>

#include "internal/repository/user_repository.hpp"
#include "runtime/module.hpp"
#include "user/user.pb.h"

namespace souk::user {

/// What administrators do with accounts. There is always one enabled administrator left: what would
/// take the last one away is Error{conflict, "last_admin"}. Owned by the module, on its loop.
class Administration {
 public:
  Administration(const runtime::ModuleContext& context, database::Database& database)
      : database_(database), clock_(context.clock), log_(context.log) {}

  /// Newest first, below `before`.
  Task<std::vector<User>> list(const rpc::Call& call, UserFilter filter,
                               std::optional<UserId> before, int limit);

  /// A new role shows with the account's next access token, so within 15 minutes; one that was
  /// taken away ends its sessions, so that it is gone in seconds. Throws Error{conflict, "guest_account"}.
  Task<User> set_roles(rpc::Call& call, UserId id, std::vector<std::string> roles);

  /// Ends the account's sessions. Once per Idempotency-Key, like enable(). Throws
  /// Error{conflict, "cannot_disable_self"} for the caller's own account.
  Task<v1::User> disable(rpc::Call& call, const v1::DisableUserRequest& request);
  Task<v1::User> enable(rpc::Call& call, const v1::EnableUserRequest& request);

 private:
  Task<User> set_roles_in(database::Transaction& tx, UserId id,
                          const std::vector<std::string>& roles);
  Task<User> set_disabled_in(database::Transaction& tx, UserId id, bool disabled);
  Task<> end_sessions(database::Transaction& tx, UserId id, Time now);
  void note(const rpc::Call& call, std::string_view what, UserId id);

  database::Database& database_;
  const Clock& clock_;
  Log& log_;
};

}  // namespace souk::user
