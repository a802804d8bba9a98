#include "internal/repository/image_repository.hpp"

#include <set>
#include <sstream>

namespace souk::product::image_repository {
namespace {

using database::Bytes;
using database::Query;
using database::Transaction;

constexpr Query kExists{"image.exists", "SELECT 1 AS one FROM images WHERE id = $1"};
constexpr Query kFile{"image.file",
                      "SELECT content FROM image_files WHERE image_id = $1 AND name = $2"};
constexpr Query kLockImages{"image.lock", R"(
  SELECT id, width, height, array_to_string(widths, ' ') AS widths
  FROM images WHERE id = ANY($1) ORDER BY id FOR UPDATE)"};
constexpr Query kInsertImage{"image.insert", R"(
  INSERT INTO images (id, width, height, widths) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING)"};
constexpr Query kInsertFile{"image.insert_file", R"(
  INSERT INTO image_files (image_id, name, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING)"};

constexpr Query kShow{"image.show", R"(
  INSERT INTO product_images (product_id, image_id) SELECT $1, unnest($2::text[])
  ON CONFLICT DO NOTHING)"};
constexpr Query kHide{"image.hide", R"(
  DELETE FROM product_images WHERE product_id = $1 AND image_id <> ALL($2::text[])
  RETURNING image_id)"};
// After the lock, and by a statement of its own: it sees who came to show the image before that.
constexpr Query kDeleteUnseen{"image.delete_unseen", R"(
  DELETE FROM images i WHERE i.id = ANY($1)
    AND NOT EXISTS (SELECT FROM product_images p WHERE p.tenant_id = i.tenant_id AND p.image_id = i.id))"};

std::vector<int> read_widths(const std::string& text) {
  std::vector<int> widths;
  std::istringstream words{text};
  for (int width = 0; words >> width;) widths.push_back(width);
  return widths;
}

}  // namespace

Task<bool> exists(database::Database& database, database::Scope scope, const std::string& id) {
  const auto row = co_await database.query_optional(scope, kExists, id);
  co_return row.has_value();
}

Task<std::optional<std::string>> file(database::Database& database, database::Scope scope,
                                      const std::string& id, const std::string& name) {
  const auto row = co_await database.query_optional(scope, kFile, id, name);
  if (!row) co_return std::nullopt;
  const auto content = row->get<Bytes>("content");
  co_return std::string{content.begin(), content.end()};
}

Task<std::map<std::string, ImageSizes>> lock(Transaction& tx, const std::vector<std::string>& ids) {
  std::map<std::string, ImageSizes> known;
  if (ids.empty()) co_return known;
  const auto rows = co_await tx.query(kLockImages, ids);
  for (const auto& row : rows) {
    known[row.get<std::string>("id")] = {.width = row.get<std::int32_t>("width"),
                                         .height = row.get<std::int32_t>("height"),
                                         .widths = read_widths(row.get<std::string>("widths"))};
  }
  co_return known;
}

void insert(Transaction& tx, const std::string& id, const ResizedImage& image) {
  const auto& sizes = image.sizes;
  tx.queue(kInsertImage, id, sizes.width, sizes.height, sizes.widths);
  for (const auto& file : image.files) {
    tx.queue(kInsertFile, id, file.name, Bytes{file.content.begin(), file.content.end()});
  }
}

Task<> set_shown(Transaction& tx, ProductId product, const std::vector<Image>& images) {
  std::set<std::string> shown;
  for (const auto& image : images) {
    if (auto id = uploaded_image_id(image.url)) shown.insert(std::move(*id));
  }
  const std::vector<std::string> ids{shown.begin(), shown.end()};
  if (!ids.empty()) tx.queue(kShow, product, ids);
  std::vector<std::string> hidden;
  const auto rows = co_await tx.query(kHide, product, ids);
  for (const auto& row : rows) hidden.push_back(row.get<std::string>("image_id"));
  if (hidden.empty()) co_return;
  co_await image_repository::lock(tx, hidden);
  tx.queue(kDeleteUnseen, hidden);
}

}  // namespace souk::product::image_repository
