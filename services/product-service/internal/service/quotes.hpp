#pragma once

#include <string>
#include <vector>

#include "database/database.hpp"
#include "database/tenant_batcher.hpp"
#include "internal/models/product.hpp"
#include "runtime/call.hpp"

namespace souk::product {

/// Prices for checkouts. Those that ask at the same time share a query. Owned by the module, on its loop.
class Quotes {
 public:
  Quotes(boost::asio::any_io_executor loop, database::Database& database);

  /// The known ones among the SKUs.
  Task<std::vector<Quote>> quote(const rpc::Call& call, std::vector<std::string> skus);

 private:
  struct Wish {
    std::vector<std::string> skus;
    rpc::Deadline deadline;
    Trace trace;
  };
  using Reply = std::vector<Quote>;

  Task<std::vector<Reply>> answer(TenantId tenant, std::vector<Wish> wishes);

  database::Database& database_;
  database::TenantBatcher<Wish, Reply> batcher_;
};

}  // namespace souk::product
