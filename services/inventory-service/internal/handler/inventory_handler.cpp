#include "internal/handler/inventory_handler.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "runtime/proto_values.hpp"

namespace souk::inventory {
namespace {

/// As in SetStock: far from where sums of counts could leave int64.
constexpr std::int64_t kMaxCount = 1'000'000'000;

/// Lines that come from services and importers: each SKU once, counts within bounds.
Lines to_lines(const google::protobuf::RepeatedPtrField<v1::Line>& items, std::int64_t least) {
  Lines lines;
  for (int i = 0; i < items.size(); ++i) {
    const auto& line = items.Get(i);
    if (!text::is_sku(line.sku())) {
      throw invalid_field(fmt::format("lines[{}].sku", i), "format", "This is not a SKU.");
    }
    if (line.quantity() < least || line.quantity() > kMaxCount) {
      throw invalid_field(fmt::format("lines[{}].quantity", i), "out_of_range",
                          fmt::format("The quantity is from {} to {}.", least, kMaxCount));
    }
    if (!lines.emplace(line.sku(), line.quantity()).second) {
      throw invalid_field(fmt::format("lines[{}].sku", i), "duplicate", "One line per SKU.");
    }
  }
  return lines;
}

v1::Movement to_proto(const LedgerEntry& entry) {
  v1::Movement movement;
  movement.set_id(entry.id.str());
  movement.set_sku(entry.sku);
  movement.set_delta(entry.delta);
  movement.set_kind(entry.kind);
  movement.set_reason(entry.reason);
  if (entry.order) movement.set_order_id(entry.order->str());
  *movement.mutable_created_at() = rpc::to_proto(entry.created_at);
  return movement;
}

/// What a page token of this ledger belongs to.
std::string ledger_name(const rpc::Call& call, const Sku& sku) {
  return fmt::format("movements {} {}", call.identity.tenant.str(), sku);
}

}  // namespace

InventoryHandler::InventoryHandler(rpc::Service& service, StockKeeping& keeping,
                                   Reservations& reservations, runtime::PageTokens page_tokens)
    : keeping_(keeping), reservations_(reservations), page_tokens_(std::move(page_tokens)) {
  service.bind("ListStock", this, &InventoryHandler::list_stock);
  service.bind("GetStock", this, &InventoryHandler::get_stock);
  service.bind("SetStock", this, &InventoryHandler::set_stock);
  service.bind("AdjustStock", this, &InventoryHandler::adjust_stock);
  service.bind("ListMovements", this, &InventoryHandler::list_movements);
  service.bind("Reserve", this, &InventoryHandler::reserve);
  service.bind("Release", this, &InventoryHandler::release);
  service.bind("Claim", this, &InventoryHandler::claim);
  service.bind("ImportStock", this, &InventoryHandler::import_stock);
}

Task<v1::ListStockReply> InventoryHandler::list_stock(rpc::Call& call,
                                                      const v1::ListStockRequest& request) {
  const auto limit = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize;
  const auto list = fmt::format("stock {} {} {}", call.identity.tenant.str(),
                                request.availability(), request.query());
  const auto past = page_tokens_.read(list, request.page_token());
  std::optional<Availability> availability;
  if (!request.availability().empty()) availability = parse_availability(request.availability());
  const auto views = co_await keeping_.list(call, request.query(), availability,
                                            past ? past->at(0) : Sku{}, limit);
  v1::ListStockReply reply;
  for (const auto& view : views) {
    if (reply.items_size() == limit) {
      reply.set_next_page_token(page_tokens_.make(list, {reply.items(limit - 1).sku()}));
      break;
    }
    *reply.add_items() = view;
  }
  co_return reply;
}

Task<v1::Stock> InventoryHandler::get_stock(rpc::Call& call, const v1::GetStockRequest& request) {
  co_return keeping_.view(request.sku(), co_await keeping_.get(call, request.sku()));
}

Task<v1::Stock> InventoryHandler::set_stock(rpc::Call& call, const v1::SetStockRequest& request) {
  co_return keeping_.view(request.sku(),
                          co_await keeping_.set(call, request.sku(), request.on_hand()));
}

Task<v1::Stock> InventoryHandler::adjust_stock(rpc::Call& call,
                                               const v1::AdjustStockRequest& request) {
  co_return co_await keeping_.adjust(call, request);
}

Task<v1::ListMovementsReply> InventoryHandler::list_movements(
    rpc::Call& call, const v1::ListMovementsRequest& request) {
  const auto limit = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize;
  const auto list = ledger_name(call, request.sku());
  std::optional<Uuid> before;
  if (const auto after = page_tokens_.read(list, request.page_token())) {
    before = uuid_or_not_found(after->at(0));
  }
  const auto entries = co_await keeping_.movements(call, request.sku(), before, limit);
  v1::ListMovementsReply reply;
  for (const auto& entry : entries) {
    if (reply.items_size() == limit) {
      reply.set_next_page_token(page_tokens_.make(list, {reply.items(limit - 1).id()}));
      break;
    }
    *reply.add_items() = to_proto(entry);
  }
  co_return reply;
}

Task<v1::ReserveReply> InventoryHandler::reserve(rpc::Call& call,
                                                 const v1::ReserveRequest& request) {
  const auto answer =
      co_await reservations_.submit(call, {.action = Action::reserve,
                                           .order = OrderId::from(request.order_id()),
                                           .lines = to_lines(request.lines(), 1)});
  v1::ReserveReply reply;
  reply.set_reserved(answer.reserved);
  for (const auto& sku : answer.missing) reply.add_missing_skus(sku);
  co_return reply;
}

Task<common::v1::Nothing> InventoryHandler::release(rpc::Call& call,
                                                    const v1::ReleaseRequest& request) {
  co_await reservations_.submit(
      call, {.action = Action::release, .order = OrderId::from(request.order_id())});
  co_return common::v1::Nothing{};
}

Task<common::v1::Nothing> InventoryHandler::claim(rpc::Call& call,
                                                  const v1::ClaimRequest& request) {
  co_await reservations_.submit(
      call, {.action = Action::claim, .order = OrderId::from(request.order_id())});
  co_return common::v1::Nothing{};
}

Task<v1::ImportStockReply> InventoryHandler::import_stock(rpc::Call& call,
                                                          const v1::ImportStockRequest& request) {
  const auto lines = to_lines(request.lines(), 0);
  v1::ImportStockReply reply;
  if (!lines.empty()) reply.set_created(co_await keeping_.import(call, lines));
  co_return reply;
}

}  // namespace souk::inventory
