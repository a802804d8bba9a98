#pragma once

#include <vector>

#include "database/batcher.hpp"
#include "database/database.hpp"
#include "internal/service/warehouse.hpp"
#include "runtime/call.hpp"

namespace souk::inventory {

/// Reserve, release and claim: commands that come at the same time share one transaction, so a SKU
/// that everybody wants costs no more than one that nobody wants.
///
/// Owned by the module, on its loop.
class Reservations {
 public:
  Reservations(boost::asio::any_io_executor loop, database::Database& database,
               Warehouse& warehouse);

  /// Throws what the Shelf refuses with.
  Task<Reservation> submit(const rpc::Call& call, Command command);

 private:
  struct Request {
    rpc::Call call;
    Command command;
  };
  using Answer = Result<Reservation>;
  struct Group;  // the requests of one tenant

  Task<std::vector<Answer>> execute(std::vector<Request> requests);
  Task<> execute_group(const std::vector<Request>& requests, const Group& group,
                       std::vector<Answer>& answers);
  Task<std::vector<Answer>> apply(database::Transaction& tx, const rpc::Call& call,
                                  const std::vector<Command>& commands);

  database::Database& database_;
  Warehouse& warehouse_;
  database::Batcher<Request, Answer> batcher_;
};

}  // namespace souk::inventory
