#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "apps/souk/online_retail/catalogue.hpp"
#include "apps/souk/online_retail/order.hpp"
#include "apps/souk/online_retail/report.hpp"

namespace souk::online_retail {

/// All that a file says, ready to be imported.
struct Dataset {
  Report report;
  std::vector<Product> products;
  std::vector<Order> orders;  ///< oldest first
};

/// Bytes of the file done, of how many.
using OnProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Reads the whole file once. Throws what Reader throws; changes nothing anywhere.
Dataset load(const std::string& path, const OnProgress& on_progress = {});

}  // namespace souk::online_retail
