#pragma once

#include <vector>

#include "inventory/events.pb.h"
#include "messaging/consumer.hpp"
#include "messaging/outbox.hpp"

namespace souk::product {

/// What inventory-service tells of the SKUs: kept by SKU, and shown by the products that have them.
/// Owned by the module, on its loop; outlives the consumer's calls.
class StockNews {
 public:
  StockNews(messaging::Outbox& outbox, Random& random) : outbox_(outbox), random_(random) {}

  void subscribe(messaging::Consumer& consumer);

 private:
  using News = messaging::Received<inventory::v1::AvailabilityChanged>;

  Task<> apply(database::Transaction& tx, const std::vector<News>& news);

  messaging::Outbox& outbox_;
  Random& random_;
};

}  // namespace souk::product
