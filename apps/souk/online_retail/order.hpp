#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"

namespace souk::online_retail {

/// One accepted sales line. Prices are pence, as the order aggregate holds them.
struct OrderLine {
  std::uint32_t line_number = 0;  ///< in the file
  bool postage = false;           ///< belongs to the order's shipping total, not to its items
  std::string sku;
  std::int64_t quantity = 0;
  std::int64_t unit_price_minor = 0;

  std::int64_t total_minor() const { return quantity * unit_price_minor; }
};

/// What one cancellation invoice takes back of one order.
struct Refund {
  std::string key;  ///< stable across runs and files, see Order::key
  std::string invoice;
  Time time;
  std::int64_t amount_minor = 0;
};

/// One sales invoice.
struct Order {
  /// Names this invoice for good: "online-retail:536365:2010-12-01T08:26:00Z". Made of what the
  /// invoice itself says, so that the same invoice has the same key in the plain, gzipped, cut or
  /// extended file: importing it again finds it.
  std::string key;
  std::string invoice;
  Time time;                               ///< of its earliest line
  std::optional<std::string> customer_id;  ///< a guest's order without
  std::string country;                     ///< as the file names it
  std::vector<OrderLine> lines;            ///< in the order of the file; an SKU may come twice
  std::vector<Refund> refunds;             ///< in the order of time

  std::int64_t goods_minor() const;
  std::int64_t postage_minor() const;
  std::int64_t total_minor() const { return goods_minor() + postage_minor(); }
  std::int64_t refunded_minor() const;
  /// Everything was taken back by a single cancellation: a cancelled order, not a refunded one.
  bool cancelled() const { return refunds.size() == 1 && refunded_minor() == total_minor(); }
};

}  // namespace souk::online_retail
