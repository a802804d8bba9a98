#include "internal/service/accounts.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "user/events.pb.h"

namespace souk::user {
namespace {

/// Who buys as a guest more often than that is found by the number of an order.
constexpr int kGuestsFound = 100;

/// The proto has no rules for them: this rpc is not the public's.
void check(const std::vector<ImportedUser>& users) {
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (users[i].external_id.empty()) {
      throw invalid_field(fmt::format("users[{}].external_id", i), "required", "Must be given.");
    }
    if (!text::is_email(users[i].email)) {
      throw invalid_field(fmt::format("users[{}].email", i), "invalid_format",
                          "Must be an e-mail address.");
    }
  }
}

}  // namespace

Task<Accounts::Found> Accounts::find(const rpc::Call& call, std::string email) {
  email = normal_email(email);
  Found found;
  const auto account = co_await repository::find_account(database_, call.scope(), email);
  if (account) found.account = account->user.id;
  found.guests = co_await repository::guests_at(database_, call.scope(), email, kGuestsFound);
  co_return found;
}

Task<User> Accounts::get(const rpc::Call& call, UserId id) {
  auto account = co_await repository::find_account(database_, call.scope(), id);
  if (!account) throw not_found("user");
  co_return std::move(account->user);
}

Task<User> Accounts::update_profile(const rpc::Call& call, ProfileChange change) {
  const auto id = call.identity.require_user();
  const auto now = clock_.now();
  auto user = co_await database_.transact(
      call.scope(), [&](database::Transaction& tx) -> Task<std::optional<User>> {
        auto changed = co_await repository::update_profile(tx, id, change, now);
        if (changed) publish_profile(tx, call, *changed);
        co_return changed;
      });
  if (!user) throw not_found("user");
  co_return *std::move(user);
}

void Accounts::publish_profile(database::Transaction& tx, const rpc::Call& call, const User& user) {
  v1::UserProfileChanged event;
  event.set_user_id(user.id.str());
  event.set_email(user.email);
  event.set_full_name(user.full_name);
  event.set_phone(user.phone);
  event.set_locale(user.locale);
  outbox_.publish(tx, call, user.id.str(), event);
}

Task<std::vector<UserId>> Accounts::import_users(const rpc::Call& call,
                                                 std::vector<ImportedUser> users) {
  check(users);
  std::vector<UserId> ids;
  for (auto& user : users) {
    user.email = normal_email(user.email);
    ids.emplace_back(ids_.next());
  }
  const auto now = clock_.now();
  co_return co_await database_.transact(
      call.scope(), [&](database::Transaction& tx) -> Task<std::vector<UserId>> {
        co_return co_await repository::import_users(tx, users, ids, now);
      });
}

}  // namespace souk::user
