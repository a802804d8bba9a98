#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "database/database.hpp"
#include "internal/models/product.hpp"
#include "internal/service/image_resizer.hpp"
#include "messaging/outbox.hpp"
#include "runtime/call.hpp"

namespace souk::product {

/// A picture as it was sent.
struct Upload {
  std::string bytes;
  std::string media_type;
  std::string alt;
};

/// The pictures of products: uploaded, put in order, described, removed, and served. Every change of a
/// product is published. Owned by the module, on its loop.
class ImageEditor {
 public:
  ImageEditor(database::Database& database, messaging::Outbox& outbox, const Clock& clock)
      : database_(database), outbox_(outbox), clock_(clock) {}

  /// At the end of the product's pictures; one that is there already gets the alt text. Throws
  /// Error{not_found}, what resize_image throws, and Error{conflict, "too_many_images"}.
  Task<Image> add(const rpc::Call& call, std::string product, Upload upload);

  /// `ids`: each of the product's, once. Throws Error{not_found}, Error{validation}.
  Task<Product> order(const rpc::Call& call, std::string product, std::vector<std::string> ids);

  /// Throws Error{not_found}, like remove().
  Task<Image> describe(const rpc::Call& call, std::string product, std::string id, std::string alt);
  Task<> remove(const rpc::Call& call, std::string product, std::string id);

  /// A file of an uploaded image. Throws Error{not_found}.
  Task<std::string> file(const rpc::Call& call, const std::string& id, const std::string& name);

 private:
  using Change = std::function<void(Product&)>;

  Task<bool> add_in(database::Transaction& tx, const rpc::Call& call, const std::string& product,
                    const std::string& id, const std::string& alt, const ResizedImage* fresh,
                    Image& added);
  Task<Product> change(const rpc::Call& call, const std::string& product, const Change& change);
  Task<Product> change_in(database::Transaction& tx, const rpc::Call& call,
                          const std::string& product, const Change& change);
  Task<> save(database::Transaction& tx, const rpc::Call& call, Product& product);

  database::Database& database_;
  messaging::Outbox& outbox_;
  const Clock& clock_;
  ImageResizer resizer_;
};

}  // namespace souk::product
