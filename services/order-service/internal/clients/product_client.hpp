#pragma once

#include <string>
#include <vector>

#include "internal/models/pricing.hpp"
#include "product/product.pb.h"
#include "runtime/channel.hpp"

namespace souk::order {

/// What a checkout asks of the catalogue. Owned by the module, on its loop.
class Products {
 public:
  virtual ~Products() = default;
  /// What the SKUs cost now; the unknown ones are absent.
  virtual Task<std::vector<QuotedPrice>> quote(const rpc::Call& call,
                                               std::vector<std::string> skus) = 0;
};

class ProductClient final : public Products {
 public:
  explicit ProductClient(rpc::Channel& channel);
  Task<std::vector<QuotedPrice>> quote(const rpc::Call& call,
                                       std::vector<std::string> skus) override;

 private:
  rpc::Method<product::v1::QuoteRequest, product::v1::QuoteReply> quote_;
};

}  // namespace souk::order
