#pragma once

#include <memory>

#include "database/database.hpp"
#include "runtime/module.hpp"

namespace souk::messaging {

/// Each hour forgets what is too old to matter: events in the inbox after 30 days (nobody delivers
/// them again), stored replies of Idempotency-Keys after 24 h. Any number of replicas may do it at
/// once.
///
/// Owned by a module that has a database, lives on its loop; stop() waits for the statement in
/// hand.
class Housekeeping {
 public:
  Housekeeping(const runtime::ModuleContext& context, database::Database& database);
  ~Housekeeping();

  void start();
  Task<> stop();

  /// One round, now.
  Task<> clean();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace souk::messaging
