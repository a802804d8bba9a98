#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "apps/souk/import/customers.hpp"
#include "apps/souk/online_retail/catalogue.hpp"
#include "apps/souk/online_retail/order.hpp"
#include "order/order.pb.h"

namespace souk::app {

/// The file knows no addresses but countries: the rest says so. A country that is none ("Unspecified",
/// "European Community") becomes the shop's own, and is kept as the region.
common::v1::Address address_of(const online_retail::Order& order);

/// Writes the file's orders as order-service takes them. Uses what it is given; pure.
class OrderMessages {
 public:
  /// Both outlive this.
  OrderMessages(const std::vector<online_retail::Product>& products, const Customers& customers);

  /// Lines as they are in the file (an SKU may come twice, at two prices). Postage is what the total
  /// has over the lines: order-service books it as shipping.
  order::v1::ImportedOrder message_of(const online_retail::Order& order) const;

 private:
  std::unordered_map<std::string, std::string> names_;  ///< by SKU
  const Customers& customers_;
};

}  // namespace souk::app
