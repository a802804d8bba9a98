#pragma once

#include <optional>
#include <string>
#include <vector>

#include "internal/repository/user_repository.hpp"
#include "messaging/outbox.hpp"
#include "runtime/module.hpp"

namespace souk::user {

/// What a customer does with the own account, and how accounts come in from elsewhere.
/// Owned by the module, on its loop.
class Accounts {
 public:
  Accounts(const runtime::ModuleContext& context, database::Database& database,
           messaging::Outbox& outbox)
      : database_(database), outbox_(outbox), clock_(context.clock), ids_(context.ids) {}

  /// Any account by its id; Error{not_found}.
  Task<User> get(const rpc::Call& call, UserId id);

  /// The account with this e-mail address, and the guests who gave it; for staff that looks for an order.
  struct Found {
    std::optional<UserId> account;
    std::vector<UserId> guests;  ///< newest first, the latest hundred
  };
  Task<Found> find(const rpc::Call& call, std::string email);

  /// The caller's own; absent values stay as they are.
  Task<User> update_profile(const rpc::Call& call, ProfileChange change);

  /// Makes an account without a password for each external id that has none yet; the ids of all, in
  /// order. Nobody is written to. Throws Error{validation} that names what is wrong, and
  /// Error{conflict, "email_taken"}: whoever holds an address already is not given the imported
  /// orders.
  Task<std::vector<UserId>> import_users(const rpc::Call& call, std::vector<ImportedUser> users);

 private:
  void publish_profile(database::Transaction& tx, const rpc::Call& call, const User& user);

  database::Database& database_;
  messaging::Outbox& outbox_;
  const Clock& clock_;
  IdGenerator& ids_;
};

}  // namespace souk::user
