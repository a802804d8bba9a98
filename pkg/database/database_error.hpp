#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"

namespace souk::database {

/// What a named constraint means to the client. Stands beside the repository that owns the table.
struct ConstraintRule {
  std::string constraint;
  Kind kind;
  std::string code;
  std::string detail;
  std::string field = {};  ///< the request's field that is wrong; empty = none in particular
};

/// What the server (or its absence) answered. `kind`, `code` and `detail` are for the client, as in
/// every Error; `what()` is the whole technical story, for the log.
///
/// | cause                                              | kind              | code               |
/// |----------------------------------------------------|-------------------|--------------------|
/// | class 23 with a known constraint name              | the rule's        | the rule's         |
/// | 57014 (statement_timeout), or the deadline passed  | deadline_exceeded | deadline_exceeded  |
/// | connection refused or lost, server stopping        | unavailable       | unavailable        |
/// | no free connection and the waiting room is full    | unavailable       | unavailable        |
/// | disk full, out of memory, too many connections     | unavailable       | unavailable        |
/// | connection lost after COMMIT was sent              | unavailable       | commit_unknown     |
/// | 40001, 40P01, still so after the retries           | unavailable       | unavailable        |
/// | anything else                                      | internal          | internal           |
///
/// `commit_unknown`: the transaction is wholly there or wholly not; only looking can tell which.
class DatabaseError : public Error {
 public:
  DatabaseError(Error shown, std::string sqlstate, std::string diagnosis)
      : Error(std::move(shown)), sqlstate_(std::move(sqlstate)), diagnosis_(std::move(diagnosis)) {}

  const char* what() const noexcept override { return diagnosis_.c_str(); }

  /// Empty where no server spoke.
  const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
  std::string diagnosis_;
};

}  // namespace souk::database
