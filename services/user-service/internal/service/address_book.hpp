#pragma once

#include <vector>

#include "internal/repository/address_repository.hpp"
#include "runtime/module.hpp"
#include "user/addresses.pb.h"

namespace souk::user {

/// The caller's saved addresses: at most kMaxAddresses, one of them the default. Another's address does
/// not exist. Owned by the module, on its loop.
class AddressBook {
 public:
  AddressBook(const runtime::ModuleContext& context, database::Database& database)
      : database_(database), clock_(context.clock), ids_(context.ids) {}

  /// The default one first, then the newest.
  Task<std::vector<SavedAddress>> list(const rpc::Call& call);

  /// The first one is the default, whatever it says. Once per Idempotency-Key. Throws
  /// Error{conflict, "too_many_addresses"}.
  Task<v1::SavedAddress> save(rpc::Call& call, const v1::SaveAddressRequest& request);

  /// Label, address, and whether it becomes the default; the rest of `wanted` does not matter.
  Task<SavedAddress> update(const rpc::Call& call, SavedAddress wanted);

  /// Where it was the default, the newest one left is.
  Task<> remove(const rpc::Call& call, AddressId id);

 private:
  Task<SavedAddress> insert(database::Transaction& tx, SavedAddress wanted);

  database::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
};

}  // namespace souk::user
