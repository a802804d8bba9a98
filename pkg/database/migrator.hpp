#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/embedded.hpp"

namespace souk::database {

/// A migration as it stands: known, applied, or both.
struct MigrationStatus {
  int version = 0;
  std::string name;                ///< "003_create_orders.sql"
  std::optional<Time> applied_at;  ///< empty = pending
};

/// Applies a service's `NNN_name.sql` files to its database. Blocking: for start-up and the command
/// line. Connects as the owner of the tables, one connection per call, under an advisory lock, so
/// that any number of processes may migrate at once.
///
/// A file has two parts, `-- +up` and `-- +down`, each run in a transaction of its own. The
/// foundation (000_souk.sql: the role souk_service, souk_tenant(), default privileges) goes before
/// all others.
///
/// Throws Error{internal, "migration_failed"}, whose detail names file and line; so does a
/// migration that was changed after it had been applied. Throws Error{unavailable} if the server
/// can't be reached.
class Migrator {
 public:
  /// `files` must outlive the Migrator (embedded ones live forever).
  Migrator(std::string url, std::span<const EmbeddedFile> files);

  /// Applies what is pending, in order; gives back the names.
  std::vector<std::string> up();

  /// Takes back the last `steps` migrations, newest first; never the foundation.
  std::vector<std::string> down(std::size_t steps = 1);

  std::vector<MigrationStatus> status();

 private:
  struct Migration {
    int version = 0;
    std::string name;
    std::string checksum;
    std::string up, down;
    int up_line = 1, down_line = 1;  ///< where the parts begin in the file
  };
  static Migration parse(const EmbeddedFile& file);

  std::string url_;
  std::vector<Migration> migrations_;
};

}  // namespace souk::database
