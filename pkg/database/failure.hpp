#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "database/database_error.hpp"

namespace souk::database {

/// Why a round trip failed, before anybody decided what that means to the client.
struct Failure {
  std::string_view query = "connection";
  std::string sqlstate = {};  ///< empty where no server spoke
  std::string constraint = {};
  std::string message = {};
  bool lost = false;       ///< the connection is gone, and with it an open transaction
  bool timed_out = false;  ///< … because we hung up: the server was still silent after the deadline
  bool final = false;      ///< the server said ERROR: whatever the pipeline held is rolled back

  bool serialization() const { return sqlstate == "40001" || sqlstate == "40P01"; }
  /// A prepared statement outlived a change of its tables; a fresh connection prepares it anew.
  bool stale_statement() const { return sqlstate == "0A000" || sqlstate == "26000"; }
};

/// Failure -> DatabaseError, by the table in database_error.hpp.
class ErrorMap {
 public:
  explicit ErrorMap(std::vector<ConstraintRule> rules);
  DatabaseError translate(const Failure& failure) const;

 private:
  std::unordered_map<std::string, ConstraintRule> rules_;
};

DatabaseError deadline_exceeded(std::string diagnosis);
DatabaseError commit_unknown(const Failure& failure);
DatabaseError unreachable(std::string diagnosis);

}  // namespace souk::database
