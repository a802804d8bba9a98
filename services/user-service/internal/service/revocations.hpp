#pragma once

#include <vector>

#include "internal/repository/session_repository.hpp"
#include "runtime/module.hpp"

namespace souk::user {

/// Which sessions' access tokens are no longer to be accepted, for whoever verifies them, and the
/// job that forgets what is over. Owned by the module, on its loop.
class Revocations {
 public:
  Revocations(const runtime::ModuleContext& context, database::Database& database)
      : database_(database), clock_(context.clock) {}

  /// Those with a greater number that still matter, of every tenant.
  Task<std::vector<Revocation>> after(const rpc::Call& call, std::int64_t seq) {
    return repository::revocations_after(database_, call.scope(), seq, clock_.now());
  }

  /// Deletes ended sessions and revocations of every tenant.
  Task<> purge() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    return repository::purge_sessions(database_, {kEveryTenant, deadline}, clock_.now());
  }

 private:
  database::Database& database_;
  const Clock& clock_;
};

}  // namespace souk::user
