#include "internal/service/rebuild_orders.hpp"

namespace souk::order {
namespace {

using database::Transaction;

/// Locked together, for some tens of milliseconds.
constexpr int kPageSize = 200;

}  // namespace

Task<RebuildOrders::Report> RebuildOrders::run(const rpc::Call& call, bool dry_run) {
  Report report;
  for (OrderId after{};;) {
    const auto page = co_await database_.transact(
        call.scope(), [&](Transaction& tx) { return rebuild_page(tx, after, dry_run); });
    if (page.ids.empty()) break;
    report.orders += static_cast<std::int64_t>(page.ids.size());
    report.differing += static_cast<std::int64_t>(page.differing.size());
    after = page.ids.back();
  }
  report.differing += co_await database_.transact(
      call.scope(), [&](Transaction& tx) { return remove_orphans(tx, dry_run); });
  co_return report;
}

Task<RebuildOrders::Page> RebuildOrders::rebuild_page(Transaction& tx, OrderId after,
                                                      bool dry_run) {
  Page page{.ids = co_await ProjectionRepository::streams(tx, after, kPageSize), .differing = {}};
  ProjectionRepository::queue_lock(tx, page.ids);
  const auto streams = co_await ProjectionRepository::events(tx, page.ids);
  const auto projections = co_await ProjectionRepository::projections(tx, page.ids);
  for (const auto& [id, stream] : streams) {
    auto order = fold(id, stream);
    const auto found = projections.find(id);
    if (found == projections.end() || found->second != order)
      page.differing.push_back(std::move(order));
  }
  if (!dry_run && !page.differing.empty()) ProjectionRepository::queue_replace(tx, page.differing);
  co_return page;
}

Task<std::int64_t> RebuildOrders::remove_orphans(Transaction& tx, bool dry_run) {
  const auto orphans = co_await ProjectionRepository::orphans(tx);
  if (!dry_run && !orphans.empty()) ProjectionRepository::queue_remove(tx, orphans);
  co_return static_cast<std::int64_t>(orphans.size());
}

}  // namespace souk::order
