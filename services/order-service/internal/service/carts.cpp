#include "internal/service/carts.hpp"

#include <fmt/format.h>

namespace souk::order {
namespace {

constexpr std::chrono::minutes kForgetTime{1};

Error cart_full() {
  return {Kind::conflict, "cart_full",
          fmt::format("A cart holds at most {} different things.", kMaxCartLines)};
}

}  // namespace

Task<ShownCart> Carts::get(const rpc::Call& call) {
  auto cart = co_await repository_.find(call.scope(), call.identity.require_user());
  co_return co_await priced(call, std::move(cart));
}

Task<ShownCart> Carts::put(const rpc::Call& call, CartLine line) {
  const auto quotes = co_await parts_.products.quote(call, {line.sku});
  const auto* quote = quotes.empty() ? nullptr : &quotes.front();
  const auto currency = quote == nullptr ? Currency::from("USD") : quote->price.currency();
  if (auto wrong = line_problem(line, quote, currency))
    throw invalid_field("sku", std::move(wrong->code), std::move(wrong->message));
  auto cart = co_await put_all(call, {std::move(line)}, false);
  co_return co_await priced(call, std::move(cart));
}

Task<ShownCart> Carts::remove(const rpc::Call& call, std::string sku) {
  const auto user = call.identity.require_user();
  auto cart =
      co_await parts_.database.transact(call.scope(), [&](database::Transaction& tx) -> Task<Cart> {
        CartRepository::queue_touch(tx, user, parts_.clock.now());
        CartRepository::queue_remove(tx, user, sku);
        co_return co_await CartRepository::load(tx, user);
      });
  co_return co_await priced(call, std::move(cart));
}

Task<ShownCart> Carts::merge(const rpc::Call& call, std::vector<CartLine> lines) {
  if (lines.empty()) co_return co_await get(call);
  auto cart = co_await put_all(call, largest_of_each(std::move(lines)), true);
  co_return co_await priced(call, std::move(cart));
}

Task<> Carts::forget_old() {
  const database::Scope scope{kEveryTenant, std::chrono::steady_clock::now() + kForgetTime};
  while (co_await repository_.forget(scope, parts_.clock.now() - kCartMemory) > 0) {
  }
}

Task<ShownCart> Carts::priced(const rpc::Call& call, Cart cart) {
  std::vector<std::string> skus;
  for (const auto& line : cart.lines) skus.push_back(line.sku);
  std::vector<QuotedPrice> quotes;
  if (!skus.empty()) quotes = co_await parts_.products.quote(call, std::move(skus));
  co_return show(cart, quotes);
}

Task<Cart> Carts::put_all(const rpc::Call& call, std::vector<CartLine> lines, bool grow_only) {
  const auto user = call.identity.require_user();
  std::vector<Uuid> added;
  while (added.size() < lines.size()) added.push_back(parts_.ids.next());
  co_return co_await parts_.database.transact(
      call.scope(), [&](database::Transaction& tx) -> Task<Cart> {
        CartRepository::queue_touch(tx, user, parts_.clock.now());
        CartRepository::queue_put(tx, user, lines, added, grow_only);
        auto cart = co_await CartRepository::load(tx, user);
        if (cart.lines.size() > kMaxCartLines) throw cart_full();
        co_return cart;
      });
}

}  // namespace souk::order
