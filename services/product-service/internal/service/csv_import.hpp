#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "internal/models/csv_merge.hpp"
#include "internal/service/product_editor.hpp"

namespace souk::product {

/// Works a CSV into the catalogue, line by line: what is good is done, what is not is said. By SKU and slug,
/// so the same file again changes nothing. Products that it does not name, variants of a product that it
/// does not name, and cells that are empty stay as they are. Owned by the module, on its loop.
class CsvImport {
 public:
  CsvImport(database::Database& database, ProductEditor& editor)
      : database_(database), editor_(editor) {}

  /// The outcomes of all lines, in their order; with `dry_run` those that there would be. What there is no
  /// time for fails with `not_reached`: the same file again goes on from there. Throws as read_catalogue.
  Task<std::vector<LineOutcome>> run(const rpc::Call& call, std::string csv, bool dry_run);

 private:
  /// Lines of one product.
  struct Group {
    std::optional<Product> known;
    std::vector<const VariantLine*> lines;
    Merged merged;
  };
  struct File {
    std::vector<VariantLine> lines;
    std::vector<CategoryRef> categories;
    std::vector<Group> groups;
  };

  Task<File> plan(const rpc::Call& call, std::string_view csv);
  Task<> apply(const rpc::Call& call, File& file);
  Task<> apply_all(const rpc::Call& call, const File& file, const std::vector<Group*>& groups);
  Task<> apply_in(database::Transaction& tx, const rpc::Call& call, const File& file,
                  const std::vector<Group*>& groups);
  Task<> write(database::Transaction& tx, const rpc::Call& call, const File& file, Group& group);

  database::Database& database_;
  ProductEditor& editor_;
};

}  // namespace souk::product
