#pragma once

#include <string>

#include "internal/models/product.hpp"
#include "messaging/outbox.hpp"

namespace souk::product {

/// Queues ProductChanged in the transaction that changed the product (and so holds its row).
void announce_product(messaging::Outbox& outbox, database::Transaction& tx, const rpc::Call& call,
                      ProductId id, const std::string& slug);

/// Queues CategoryChanged.
void announce_category(messaging::Outbox& outbox, database::Transaction& tx, const rpc::Call& call,
                       CategoryId id);

}  // namespace souk::product
