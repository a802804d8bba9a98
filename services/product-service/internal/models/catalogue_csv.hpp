#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "internal/models/product.hpp"

/// The catalogue as CSV: a line per variant. Pure.
namespace souk::product {

/// What is wrong with a cell; `column` is empty where it is the whole line.
struct CellProblem {
  std::string column;
  std::string code;
  std::string message;
};

/// One line as it was read. A cell that is empty, or has no column, is absent: it changes nothing.
struct VariantLine {
  int line = 0;
  std::string sku;
  std::optional<std::string> slug = {};
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<Status> status = {};
  std::optional<std::vector<std::string>> categories = {};  ///< slugs
  std::optional<std::string> title = {};
  std::optional<std::map<std::string, std::string>> options = {};
  std::optional<std::string> price = {};  ///< in units of the currency
  std::optional<Currency> currency = {};
  std::vector<CellProblem> problems = {};
};

/// Of more, what a request has time for would not suffice.
inline constexpr std::size_t kMaxCsvLines = 5'000;

/// Throws Error{malformed, "malformed_csv"} for what is no UTF-8, and Error{validation} for a first line
/// that does not name the columns, or more lines than kMaxCsvLines. What is wrong with single lines stands
/// beside them.
std::vector<VariantLine> read_catalogue(std::string_view csv);

/// The products, each with all its variants; read_catalogue reads it back.
std::string write_catalogue(const std::vector<Product>& products);

/// As they stand in a cell: "clothes;sale", "Colour=Blue;Size=M". A ';', '=' or '\' of their own has a '\'
/// before it.
std::string categories_cell(const std::vector<CategoryRef>& categories);
std::string options_cell(const std::map<std::string, std::string>& options);

}  // namespace souk::product
