#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <libpq-fe.h>

#include "database/param.hpp"
#include "database/rows.hpp"

namespace souk::database {

/// A plain blocking connection for start-up and the command line. One thread, one statement at a
/// time.
class BlockingConnection {
 public:
  /// What the server refused, and where in the text it was sent.
  struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
    std::string sqlstate;
    std::size_t statements_done = 0;  ///< of a script: those that went before the refused one
    std::size_t position = 0;         ///< in characters from 1, in the whole text; 0 = not said
  };

  /// Throws Error{unavailable}.
  explicit BlockingConnection(const std::string& url);

  /// One statement with parameters.
  Rows run(const std::string& sql, const std::vector<Param>& params = {});

  /// Any number of statements; stops at the first that is refused.
  void run_script(const std::string& sql);

 private:
  struct Finish {
    void operator()(PGconn* conn) const { PQfinish(conn); }
  };
  std::unique_ptr<PGconn, Finish> conn_;
};

}  // namespace souk::database
