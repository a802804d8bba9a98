#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "apps/souk/online_retail/line.hpp"

namespace souk::online_retail {

/// An article, as product-service takes it.
struct Product {
  std::string sku;
  std::string name;
  std::string slug;  ///< name and SKU: unique, and the same in every run
  std::int64_t price_minor = 0;
  Time first_seen;
};

/// Makes a catalogue out of invoice lines. An article is in it once it was sold for a price in
/// whole pence; every SKU of an accepted order is. A plain object of one thread; add() everything,
/// then finish() once.
class Catalogue {
 public:
  void add(const Line& line);

  /// Sorted by SKU.
  std::vector<Product> finish() const;

 private:
  struct Sale {
    Time time;
    std::uint32_t line_number = 0;
    std::int64_t price_minor = 0;
  };
  struct Article {
    Time first_seen = Time::max();
    std::map<std::string, std::uint32_t> names;  ///< how often each was sold under
    std::vector<Sale> sales;
  };

  static std::string name_of(const std::string& sku, const Article& article);
  static std::int64_t price_of(const Article& article);

  std::map<std::string, Article> articles_;
};

/// Whether a description is a stock-keeper's note ("damaged", "?", "nan") rather than a name.
bool is_remark(std::string_view description);

}  // namespace souk::online_retail
