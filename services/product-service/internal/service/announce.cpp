#include "internal/service/announce.hpp"

#include "product/events.pb.h"

namespace souk::product {

void announce_product(messaging::Outbox& outbox, database::Transaction& tx, const rpc::Call& call,
                      ProductId id, const std::string& slug) {
  v1::ProductChanged event;
  event.set_product_id(id.str());
  event.set_slug(slug);
  outbox.publish(tx, call, id.str(), event);
}

void announce_category(messaging::Outbox& outbox, database::Transaction& tx, const rpc::Call& call,
                       CategoryId id) {
  v1::CategoryChanged event;
  event.set_category_id(id.str());
  outbox.publish(tx, call, id.str(), event);
}

}  // namespace souk::product
