#include "internal/service/stock_news.hpp"

#include "core/error.hpp"
#include "core/text.hpp"
#include "internal/repository/stock_repository.hpp"
#include "internal/service/announce.hpp"

namespace souk::product {
namespace {

Availability read_availability(const inventory::v1::AvailabilityChanged& event) {
  const auto availability = parse_availability(event.availability());
  if (availability && text::is_sku(event.sku())) return *availability;
  throw Error{Kind::malformed, "malformed_event",
              "The event tells of no SKU or no known availability."};
}

}  // namespace

void StockNews::subscribe(messaging::Consumer& consumer) {
  consumer.on_batch<inventory::v1::AvailabilityChanged>(
      [this](database::Transaction& tx, const std::vector<News>& news) { return apply(tx, news); });
}

Task<> StockNews::apply(database::Transaction& tx, const std::vector<News>& news) {
  stock_repository::States states;  // the last word on each SKU
  for (const auto& [info, event] : news) states[event.sku()] = read_availability(event);
  const auto changed = co_await stock_repository::record(tx, states);
  if (changed.empty()) co_return;
  const auto& last = news.back().info;
  auto call =
      rpc::Call::background("product-service", std::chrono::seconds{5}, random_, last.tenant);
  call.trace = last.trace;
  for (const auto& product : co_await stock_repository::refresh_products(tx, changed)) {
    announce_product(outbox_, tx, call, product.id, product.slug);
  }
}

}  // namespace souk::product
