#include "internal/service/import_orders.hpp"

#include "internal/repository/refund_repository.hpp"

namespace souk::order {

using database::Transaction;

Task<ImportOrders::Report> ImportOrders::run(const rpc::Call& call,
                                             std::vector<ImportedOrder> imported) {
  if (imported.empty()) co_return Report{};
  const auto created = co_await write(call, imported);
  std::vector<std::string> external_ids;
  for (const auto& order : imported) external_ids.push_back(order.external_id);
  // Those that were here before too: their payments may not have arrived.
  auto orders = co_await parts_.orders.find_imported(call.scope(), external_ids);
  co_await parts_.payments.import_payments(call, orders);
  co_return Report{.created = static_cast<int>(created),
                   .existing = static_cast<int>(imported.size() - created),
                   .kept = std::move(orders)};
}

Task<std::size_t> ImportOrders::write(const rpc::Call& call,
                                      const std::vector<ImportedOrder>& imported) {
  std::vector<Order> orders;
  std::vector<std::vector<Event>> streams;
  std::vector<Refund> refunds;
  for (const auto& one : imported) {
    auto history =
        live_through(one, call.identity.tenant, parts_.ids.next().str(), parts_.ids, parts_.random);
    orders.push_back(std::move(history.order));
    streams.push_back(std::move(history.stream));
    refunds.insert(refunds.end(), history.refunds.begin(), history.refunds.end());
  }
  co_return co_await parts_.database.transact(
      call.scope(), [&](Transaction& tx) -> Task<std::size_t> {
        const auto written = co_await OrderRepository::insert(tx, orders, streams);
        std::vector<Refund> of_written;
        std::ranges::copy_if(refunds, std::back_inserter(of_written),
                             [&](const Refund& refund) { return written.contains(refund.order); });
        RefundRepository::queue_insert(tx, of_written);
        co_return written.size();
      });
}

}  // namespace souk::order
