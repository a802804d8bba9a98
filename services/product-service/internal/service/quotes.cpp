#include "internal/service/quotes.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "internal/repository/product_repository.hpp"

namespace souk::product {
namespace {

/// Two queries at a time keep the database busy while the last replies are handed out.
constexpr database::BatcherLimits kLimits{.max_batch = 64, .max_in_flight = 1};

}  // namespace

Quotes::Quotes(boost::asio::any_io_executor loop, database::Database& database)
    : database_(database),
      batcher_(
          std::move(loop),
          [this](TenantId tenant, std::vector<Wish> wishes) {
            return answer(tenant, std::move(wishes));
          },
          kLimits) {}

Task<std::vector<Quote>> Quotes::quote(const rpc::Call& call, std::vector<std::string> skus) {
  co_return co_await batcher_.submit(call.identity.tenant,
                                     {std::move(skus), call.deadline, call.trace}, call.deadline);
}

Task<std::vector<Quotes::Reply>> Quotes::answer(TenantId tenant, std::vector<Wish> wishes) {
  std::set<std::string> skus;
  for (const auto& wish : wishes) skus.insert(wish.skus.begin(), wish.skus.end());
  // As long as anyone waits: the impatient have given up by then.
  const auto deadline = std::ranges::max(wishes, {}, &Wish::deadline).deadline;
  const database::Scope scope{tenant, deadline, trace_of_batch(wishes, &Wish::trace)};
  const auto quotes =
      co_await product_repository::quote(database_, scope, {skus.begin(), skus.end()});
  std::unordered_map<std::string_view, const Quote*> by_sku;
  for (const auto& quote : quotes) by_sku.emplace(quote.sku, &quote);
  std::vector<Reply> replies;
  for (const auto& wish : wishes) {
    auto& reply = replies.emplace_back();
    for (const auto& sku : std::set<std::string_view>{wish.skus.begin(), wish.skus.end()}) {
      if (const auto found = by_sku.find(sku); found != by_sku.end())
        reply.push_back(*found->second);
    }
  }
  co_return replies;
}

}  // namespace souk::product
