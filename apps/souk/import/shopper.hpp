#pragma once

#include <string>
#include <unordered_map>

#include "apps/souk/import/shop_api.hpp"
#include "apps/souk/import/tally.hpp"
#include "apps/souk/online_retail/baskets.hpp"
#include "apps/souk/online_retail/dataset.hpp"

namespace souk::app {

/// Shops as the customers of a file did: opens an account or logs in, searches for the first article
/// of the basket, looks at it, orders, pays; one card in fifty is declined. Everything about a purchase
/// follows from the file alone, its Idempotency-Key too: whoever buys the same basket again is given
/// the order of the first time. For any number of shoppers on one loop; what it is given outlives it.
class Shopper {
 public:
  Shopper(ShopApi& api, const online_retail::Dataset& dataset, Tally& tally);

  /// The baskets that there are.
  const std::vector<online_retail::Basket>& baskets() const { return baskets_; }

  /// Buys that basket and counts what came of it. Throws http::ClientError where the shop is gone.
  Task<> buy(std::size_t basket);

 private:
  Task<> browse(const std::string& sku);
  Task<std::string> token_of(std::string customer);
  Task<ApiReply> order(std::size_t basket);

  ShopApi& api_;
  const online_retail::Dataset& dataset_;
  Tally& tally_;
  std::vector<online_retail::Basket> baskets_;          ///< one for each order of the dataset
  std::unordered_map<std::string, std::string> names_;  ///< by SKU
  /// Access tokens by customer. Two shoppers may log in to one account at the same time: each has a
  /// session of its own then.
  std::unordered_map<std::string, std::string> tokens_;
};

}  // namespace souk::app
