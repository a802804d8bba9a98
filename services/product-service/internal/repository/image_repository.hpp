#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/product.hpp"

/// The SQL of uploaded images. Stateless; the caller owns the transaction.
namespace souk::product::image_repository {

Task<bool> exists(database::Database& database, database::Scope scope, const std::string& id);

/// A file's content.
Task<std::optional<std::string>> file(database::Database& database, database::Scope scope,
                                      const std::string& id, const std::string& name);

/// The known ones among the ids, locked: nobody deletes them before this transaction ends.
Task<std::map<std::string, ImageSizes>> lock(database::Transaction& tx,
                                             const std::vector<std::string>& ids);

/// Queued: with all its files. Nothing where it is there already.
void insert(database::Transaction& tx, const std::string& id, const ResizedImage& image);

/// The product shows these uploaded images and no others. Those that no product shows now are deleted.
Task<> set_shown(database::Transaction& tx, ProductId product, const std::vector<Image>& images);

}  // namespace souk::product::image_repository
