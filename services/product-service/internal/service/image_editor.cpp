#include "internal/service/image_editor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "internal/repository/image_repository.hpp"
#include "internal/repository/product_repository.hpp"
#include "internal/service/announce.hpp"

namespace souk::product {
namespace {

using database::Transaction;

auto find_image(Product& product, const std::string& id) {
  return std::ranges::find_if(product.images, [&](const Image& image) { return image.id() == id; });
}

Image& image_of(Product& product, const std::string& id) {
  const auto found = find_image(product, id);
  if (found == product.images.end()) throw not_found("image");
  return *found;
}

void put_in_order(Product& product, const std::vector<std::string>& ids) {
  std::vector<Image> ordered;
  for (const auto& id : ids) {
    const auto found = find_image(product, id);
    if (found == product.images.end()) break;
    ordered.push_back(std::move(*found));
    product.images.erase(found);
  }
  if (ordered.size() != ids.size() || !product.images.empty()) {
    throw invalid_field("image_ids", "not_the_images",
                        "must name each picture of the product, and each once");
  }
  product.images = std::move(ordered);
}

}  // namespace

Task<Image> ImageEditor::add(const rpc::Call& call, std::string product, Upload upload) {
  if (!co_await product_repository::find(database_, call.scope(), product))
    throw not_found("product");
  const auto id = image_id(upload.bytes);
  std::optional<ResizedImage> fresh;
  Image added;
  // Another product may have it already; and that one's may go before we hold it.
  bool stored = co_await image_repository::exists(database_, call.scope(), id);
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!stored && !fresh)
      fresh = co_await resizer_.resize(std::move(upload.bytes), std::move(upload.media_type));
    stored = co_await database_.transact(call.scope(), [&](Transaction& tx) {
      return add_in(tx, call, product, id, upload.alt, fresh ? &*fresh : nullptr, added);
    });
    if (stored) co_return added;
  }
  throw unavailable("The picture is being deleted elsewhere.");
}

/// False where the image is not stored and there is none to store.
Task<bool> ImageEditor::add_in(Transaction& tx, const rpc::Call& call, const std::string& wanted,
                               const std::string& id, const std::string& alt,
                               const ResizedImage* fresh, Image& added) {
  auto product = co_await product_repository::find_for_update(tx, wanted);
  if (!product) throw not_found("product");
  if (fresh != nullptr) image_repository::insert(tx, id, *fresh);
  const auto known = co_await image_repository::lock(tx, {id});
  if (known.empty()) co_return false;
  added = uploaded_image(id, alt, known.at(id));
  if (const auto found = find_image(*product, id); found != product->images.end()) {
    *found = added;
  } else if (product->images.size() < kMaxImages) {
    product->images.push_back(added);
  } else {
    throw Error{Kind::conflict, "too_many_images",
                fmt::format("A product has at most {} pictures.", kMaxImages)};
  }
  co_await save(tx, call, *product);
  co_return true;
}

Task<Product> ImageEditor::order(const rpc::Call& call, std::string product,
                                 std::vector<std::string> ids) {
  co_return co_await change(call, product, [&](Product& found) { put_in_order(found, ids); });
}

Task<Image> ImageEditor::describe(const rpc::Call& call, std::string product, std::string id,
                                  std::string alt) {
  auto changed =
      co_await change(call, product, [&](Product& found) { image_of(found, id).alt = alt; });
  co_return image_of(changed, id);
}

Task<> ImageEditor::remove(const rpc::Call& call, std::string product, std::string id) {
  co_await change(call, product, [&](Product& found) {
    image_of(found, id);
    std::erase_if(found.images, [&](const Image& image) { return image.id() == id; });
  });
}

Task<std::string> ImageEditor::file(const rpc::Call& call, const std::string& id,
                                    const std::string& name) {
  auto content = co_await image_repository::file(database_, call.scope(), id, name);
  if (!content) throw not_found("image");
  co_return std::move(*content);
}

Task<Product> ImageEditor::change(const rpc::Call& call, const std::string& product,
                                  const Change& change) {
  co_return co_await database_.transact(
      call.scope(), [&](Transaction& tx) { return change_in(tx, call, product, change); });
}

Task<Product> ImageEditor::change_in(Transaction& tx, const rpc::Call& call,
                                     const std::string& wanted, const Change& change) {
  auto product = co_await product_repository::find_for_update(tx, wanted);
  if (!product) throw not_found("product");
  change(*product);
  co_await save(tx, call, *product);
  co_return std::move(*product);
}

Task<> ImageEditor::save(Transaction& tx, const rpc::Call& call, Product& product) {
  product.updated_at = clock_.now();
  product_repository::update(tx, product);
  co_await image_repository::set_shown(tx, product.id, product.images);
  announce_product(outbox_, tx, call, product.id, product.slug);
}

}  // namespace souk::product
