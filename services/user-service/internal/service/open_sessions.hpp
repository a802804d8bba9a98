#pragma once

#include "internal/repository/session_repository.hpp"
#include "runtime/module.hpp"

namespace souk::user {

/// Where an account is logged in, for its owner to look at and to end. Owned by the module, on its loop.
class OpenSessions {
 public:
  OpenSessions(const runtime::ModuleContext& context, database::Database& database)
      : database_(database), clock_(context.clock) {}

  /// The caller's own, the one used last first.
  Task<std::vector<OpenSession>> list(const rpc::Call& call);
  /// Throws Error{not_found} for what is not the caller's, or over already.
  Task<> end(rpc::Call& call, SessionId id);
  /// All of the caller's but the one that he calls in.
  Task<> end_others(const rpc::Call& call);

 private:
  database::Database& database_;
  const Clock& clock_;
};

}  // namespace souk::user
