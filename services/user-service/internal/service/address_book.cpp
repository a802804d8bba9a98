#include "internal/service/address_book.hpp"

#include <fmt/format.h>

#include "internal/repository/user_repository.hpp"
#include "internal/service/user_proto.hpp"
#include "runtime/idempotency.hpp"

namespace souk::user {
namespace {

/// Two changes of one account's addresses happen one after the other.
Task<> lock(database::Transaction& tx, UserId user) {
  if (!co_await repository::lock_user(tx, user)) throw not_found("user");
}

}  // namespace

Task<std::vector<SavedAddress>> AddressBook::list(const rpc::Call& call) {
  return repository::addresses(database_, call.scope(), call.identity.require_user());
}

Task<v1::SavedAddress> AddressBook::save(rpc::Call& call, const v1::SaveAddressRequest& request) {
  const auto user = call.identity.require_user();
  const auto now = clock_.now();
  const SavedAddress wanted{.id = AddressId{ids_.next()},
                            .user = user,
                            .label = request.label(),
                            .address = from_proto(request.address()),
                            .is_default = request.is_default(),
                            .created_at = now,
                            .updated_at = now};
  co_return co_await database_.transact(
      call.scope(), [&](database::Transaction& tx) -> Task<v1::SavedAddress> {
        runtime::Idempotency once{call, "SaveAddress", request};
        if (auto stored = co_await once.claim<v1::SavedAddress>(tx)) co_return *std::move(stored);
        co_await lock(tx, user);
        auto saved = to_proto(co_await insert(tx, wanted));
        once.store(tx, saved);
        co_return saved;
      });
}

Task<SavedAddress> AddressBook::insert(database::Transaction& tx, SavedAddress wanted) {
  const auto kept = co_await repository::count_addresses(tx, wanted.user);
  if (kept >= kMaxAddresses) {
    throw Error{Kind::conflict, "too_many_addresses",
                fmt::format("An account keeps at most {} addresses.", kMaxAddresses)};
  }
  wanted.is_default = wanted.is_default || kept == 0;
  if (wanted.is_default) repository::clear_default(tx, wanted.user);
  repository::insert_address(tx, wanted);
  co_return wanted;
}

Task<SavedAddress> AddressBook::update(const rpc::Call& call, SavedAddress wanted) {
  wanted.user = call.identity.require_user();
  wanted.updated_at = clock_.now();
  auto updated = co_await database_.transact(
      call.scope(), [&](database::Transaction& tx) -> Task<std::optional<SavedAddress>> {
        co_await lock(tx, wanted.user);
        if (wanted.is_default) repository::clear_default(tx, wanted.user);
        auto after = co_await repository::update_address(tx, wanted);
        if (!after) throw not_found("address");  // and the default stays where it was
        co_return after;
      });
  co_return *std::move(updated);
}

Task<> AddressBook::remove(const rpc::Call& call, AddressId id) {
  const auto user = call.identity.require_user();
  co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
    co_await lock(tx, user);
    const auto removed = co_await repository::delete_address(tx, user, id);
    if (!removed) throw not_found("address");
    if (removed->is_default) repository::appoint_default(tx, user);
  });
}

}  // namespace souk::user
