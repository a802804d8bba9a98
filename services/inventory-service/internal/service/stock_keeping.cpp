#include "internal/service/stock_keeping.hpp"

#include <utility>

#include "runtime/idempotency.hpp"

namespace souk::inventory {

using database::Transaction;

StockKeeping::StockKeeping(database::Database& database, const StockRepository& repository,
                           Warehouse& warehouse)
    : database_(database), repository_(repository), warehouse_(warehouse) {}

v1::Stock StockKeeping::view(const Sku& sku, const Stock& stock) const {
  v1::Stock view;
  view.set_sku(sku);
  view.set_on_hand(stock.on_hand);
  view.set_reserved(stock.reserved);
  view.set_available(stock.available());
  view.set_availability(std::string{name(stock.availability(warehouse_.low()))});
  return view;
}

Task<Stock> StockKeeping::get(const rpc::Call& call, const Sku& sku) {
  auto stock = co_await database_.read(call.scope(),
                                       [&](Transaction& tx) { return repository_.find(tx, sku); });
  if (!stock) throw not_found("stock record");
  co_return *stock;
}

Task<Stock> StockKeeping::set(const rpc::Call& call, const Sku& sku, std::int64_t on_hand) {
  co_return co_await database_.transact(
      call.scope(), [&](Transaction& tx) { return set_in(tx, call, sku, on_hand); });
}

Task<Stock> StockKeeping::set_in(Transaction& tx, const rpc::Call& call, const Sku& sku,
                                 std::int64_t on_hand) {
  co_await repository_.create(tx, {sku});
  Shelf shelf{co_await repository_.lock(tx, {sku}), {}};
  const auto before = shelf.stock(sku);
  if (on_hand < before.reserved) {
    throw Error{Kind::conflict, "stock_below_reserved", "More than that is reserved by orders."};
  }
  shelf.move({.sku = sku, .delta = on_hand - before.on_hand, .kind = MovementKind::set});
  warehouse_.write_back(tx, call, shelf);
  co_return shelf.stock(sku);
}

Task<v1::Stock> StockKeeping::adjust(rpc::Call& call, const v1::AdjustStockRequest& request) {
  co_return co_await database_.transact(
      call.scope(), [&](Transaction& tx) { return adjust_in(tx, call, request); });
}

Task<v1::Stock> StockKeeping::adjust_in(Transaction& tx, rpc::Call& call,
                                        const v1::AdjustStockRequest& request) {
  runtime::Idempotency once{call, "AdjustStock", request};
  if (auto stored = co_await once.claim<v1::Stock>(tx)) co_return *stored;
  auto found = co_await repository_.lock(tx, {request.sku()});
  if (found.empty()) throw not_found("stock record");
  Shelf shelf{std::move(found), {}};
  const auto before = shelf.stock(request.sku());
  if (before.on_hand + request.delta() < before.reserved) {
    throw Error{Kind::conflict, "insufficient_stock", "There is not enough stock."};
  }
  shelf.move({.sku = request.sku(),
              .delta = request.delta(),
              .kind = MovementKind::adjustment,
              .reason = request.reason()});
  warehouse_.write_back(tx, call, shelf);
  const auto reply = view(request.sku(), shelf.stock(request.sku()));
  once.store(tx, reply);
  co_return reply;
}

Task<std::vector<v1::Stock>> StockKeeping::list(const rpc::Call& call, std::string query,
                                                std::optional<Availability> availability, Sku past,
                                                std::int64_t limit) {
  const StockRepository::Filter filter{
      .query = std::move(query), .availability = availability, .low = warehouse_.low()};
  co_return co_await database_.read(
      call.scope(), [&](Transaction& tx) { return list_in(tx, filter, past, limit + 1); });
}

Task<std::vector<v1::Stock>> StockKeeping::list_in(Transaction& tx,
                                                   const StockRepository::Filter& filter,
                                                   const Sku& past, std::int64_t limit) {
  std::vector<v1::Stock> views;
  for (const auto& [sku, stock] : co_await repository_.page(tx, filter, past, limit))
    views.push_back(view(sku, stock));
  co_return views;
}

Task<std::vector<LedgerEntry>> StockKeeping::movements(const rpc::Call& call, const Sku& sku,
                                                       std::optional<Uuid> before,
                                                       std::int64_t limit) {
  co_return co_await database_.read(
      call.scope(), [&](Transaction& tx) { return movements_in(tx, sku, before, limit); });
}

Task<std::vector<LedgerEntry>> StockKeeping::movements_in(Transaction& tx, const Sku& sku,
                                                          std::optional<Uuid> before,
                                                          std::int64_t limit) {
  auto entries = co_await repository_.movements(tx, sku, before, limit + 1);
  if (entries.empty() && !co_await repository_.find(tx, sku)) throw not_found("stock record");
  co_return entries;
}

Task<int> StockKeeping::import(const rpc::Call& call, const Lines& counts) {
  co_return co_await database_.transact(
      call.scope(), [&](Transaction& tx) { return import_in(tx, call, counts); });
}

Task<int> StockKeeping::import_in(Transaction& tx, const rpc::Call& call, const Lines& counts) {
  std::set<Sku> skus;
  for (const auto& [sku, count] : counts) skus.insert(sku);
  const auto created = co_await repository_.create(tx, skus);
  Shelf shelf{co_await repository_.lock(tx, created), {}};
  for (const auto& sku : created) {
    shelf.move(
        {.sku = sku, .delta = counts.at(sku), .kind = MovementKind::set, .reason = "import"});
  }
  warehouse_.write_back(tx, call, shelf);
  co_return static_cast<int>(created.size());
}

}  // namespace souk::inventory
