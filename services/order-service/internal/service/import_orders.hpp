#pragma once

#include <vector>

#include "internal/clients/payment_client.hpp"
#include "internal/models/imported_order.hpp"
#include "internal/repository/order_repository.hpp"
#include "runtime/call.hpp"

namespace souk::order {

/// Takes history over, a request in one commit. No events go out: these customers had their mails,
/// and the stock has long left. Owned by the module, on its loop.
class ImportOrders {
 public:
  struct Report {
    int created = 0;
    int existing = 0;
    std::vector<Order> kept;  ///< as they stand in the books now, each once
  };

  /// All of them outlive the use case.
  struct Parts {
    database::Database& database;
    OrderRepository& orders;
    Payments& payments;
    IdGenerator& ids;
    Random& random;
  };

  explicit ImportOrders(Parts parts) : parts_(parts) {}

  /// Idempotent on the external ids; a run that died between the two services is mended by the
  /// next.
  Task<Report> run(const rpc::Call& call, std::vector<ImportedOrder> imported);

 private:
  Task<std::size_t> write(const rpc::Call& call, const std::vector<ImportedOrder>& imported);

  Parts parts_;
};

}  // namespace souk::order
