#include "internal/clients/product_client.hpp"

namespace souk::order {

ProductClient::ProductClient(rpc::Channel& channel)
    : quote_(channel, "order-service", "souk.product.v1.ProductService", "Quote") {}

Task<std::vector<QuotedPrice>> ProductClient::quote(const rpc::Call& call,
                                                    std::vector<std::string> skus) {
  product::v1::QuoteRequest request;
  for (auto& sku : skus) request.add_skus(std::move(sku));
  const auto reply = co_await quote_(call, std::move(request));
  std::vector<QuotedPrice> quotes;
  for (const auto& item : reply.items()) {
    quotes.push_back({.sku = item.sku(),
                      .name = item.name(),
                      .price = {item.price().amount(), Currency::from(item.price().currency())},
                      .sellable = item.sellable(),
                      .product_id = item.product_id()});
  }
  co_return quotes;
}

}  // namespace souk::order
