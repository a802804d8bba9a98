#include "internal/models/catalogue_csv.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "internal/models/price_text.hpp"
#include "internal/models/rules.hpp"

namespace souk::product {
namespace {

constexpr std::array<std::string_view, 10> kColumns{"sku",    "slug",       "name",  "description",
                                                    "status", "categories", "title", "options",
                                                    "price",  "currency"};

constexpr std::size_t kMaxText = 200;  // as in product.proto
constexpr std::size_t kMaxDescription = 20'000;
constexpr std::size_t kMaxCategories = 20;

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || at + size > text.size()) return false;
    for (std::size_t i = 1; i < size; ++i) {
      if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return false;
    }
    at += size;
  }
  return true;
}

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return std::string{text.substr(begin, text.find_last_not_of(" \t") - begin + 1)};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ';' || c == '=' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

/// At each `separator` that has no '\' before it; what is escaped stays so.
std::vector<std::string> split_escaped(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == separator) {
      parts.emplace_back();
      continue;
    }
    parts.back() += text[i];
    if (text[i] == '\\' && i + 1 < text.size()) parts.back() += text[++i];
  }
  return parts;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return trimmed(out);
}

/// Reads the cells of one line into `line_`, and notes what is wrong with them.
class LineReader {
 public:
  explicit LineReader(VariantLine& line) : line_(line) {}

  void read(std::string_view column, std::string cell) {
    if (column == "sku") return sku(std::move(cell));
    if (cell.empty()) return;
    if (column == "slug") return slug(std::move(cell));
    if (column == "name") return text(column, std::move(cell), line_.name);
    if (column == "title") return text(column, std::move(cell), line_.title);
    if (column == "description") return description(std::move(cell));
    if (column == "status") return status(cell);
    if (column == "categories") return categories(cell);
    if (column == "options") return options(cell);
    if (column == "price") return price(std::move(cell));
    if (column == "currency") return currency(cell);
  }

  void wrong(CellProblem problem) { line_.problems.push_back(std::move(problem)); }

 private:
  void sku(std::string cell) {
    if (cell.empty()) return wrong(CellProblem{"sku", "required", "is required"});
    if (!text::is_sku(cell))
      wrong(
          CellProblem{"sku", "invalid_format", "must be 1 to 64 letters, digits, '.', '_' or '-'"});
    line_.sku = std::move(cell);
  }

  void slug(std::string cell) {
    if (!text::is_slug(cell) || !may_be_slug(cell))
      return wrong(CellProblem{"slug", "invalid_format",
                               "must be lower-case letters and digits joined by '-', and no id"});
    line_.slug = std::move(cell);
  }

  void text(std::string_view column, std::string cell, std::optional<std::string>& field) {
    if (!text::is_one_line(cell))
      return wrong(
          CellProblem{std::string{column}, "invalid_format", "must be free of control characters"});
    if (text::code_points(cell) > kMaxText)
      return wrong(CellProblem{std::string{column}, "too_long",
                               fmt::format("must have at most {} characters", kMaxText)});
    field = std::move(cell);
  }

  void description(std::string cell) {
    if (cell.contains('\0'))
      return wrong(CellProblem{"description", "invalid_format", "must not hold U+0000"});
    if (text::code_points(cell) > kMaxDescription)
      return wrong(CellProblem{"description", "too_long",
                               fmt::format("must have at most {} characters", kMaxDescription)});
    line_.description = std::move(cell);
  }

  void status(const std::string& cell) {
    line_.status = parse_status(cell);
    if (!line_.status)
      wrong(CellProblem{"status", "not_allowed", "must be active, draft or archived"});
  }

  void categories(const std::string& cell) {
    std::vector<std::string> slugs;
    for (const auto& part : split_escaped(cell, ';')) {
      auto slug = unescaped(part);
      if (!text::is_slug(slug))
        return wrong(CellProblem{"categories", "invalid_format", "must be slugs joined by ';'"});
      if (std::ranges::find(slugs, slug) == slugs.end()) slugs.push_back(std::move(slug));
    }
    if (slugs.size() > kMaxCategories)
      return wrong(CellProblem{"categories", "too_many", "are 20 at most"});
    line_.categories = std::move(slugs);
  }

  void options(const std::string& cell) {
    std::map<std::string, std::string> options;
    for (const auto& part : split_escaped(cell, ';')) {
      const auto pair = split_escaped(part, '=');
      if (pair.size() != 2 || !options.emplace(unescaped(pair[0]), unescaped(pair[1])).second)
        return wrong(CellProblem{"options", "invalid_format", "must be like Colour=Blue;Size=M"});
    }
    if (!are_options(options))
      return wrong(CellProblem{"options", "invalid_format",
                               "are 10 at most, with short names and values of one line"});
    line_.options = std::move(options);
  }

  // What it is worth is known with the currency, which may be the product's.
  void price(std::string cell) { line_.price = std::move(cell); }

  void currency(const std::string& cell) {
    line_.currency = Currency::parse(cell);
    if (!line_.currency)
      wrong(CellProblem{"currency", "invalid_format", "must be an ISO 4217 code"});
  }

  VariantLine& line_;
};

std::vector<std::string> read_columns(const CsvRecord& record) {
  std::vector<std::string> columns;
  for (const auto& field : record.fields) {
    auto name = text::to_lower(trimmed(field));
    const bool known = std::ranges::find(kColumns, name) != kColumns.end();
    if (!known || std::ranges::find(columns, name) != columns.end()) {
      throw invalid_field("body", "unknown_column",
                          fmt::format("the first line names the columns, each once: {}",
                                      fmt::join(kColumns, ", ")));
    }
    columns.push_back(std::move(name));
  }
  if (std::ranges::find(columns, "sku") == columns.end())
    throw invalid_field("body", "required", "the column sku is required");
  return columns;
}

VariantLine read_line(const CsvLine& from, const std::vector<std::string>& columns) {
  VariantLine line{.line = from.line, .sku = {}};
  LineReader reader{line};
  if (from.record.state != CsvRecord::State::complete) {
    reader.wrong(CellProblem{"", "malformed_csv",
                             from.record.state == CsvRecord::State::open_quote
                                 ? "a quote is not closed"
                                 : "a quote in the middle of a cell"});
    return line;
  }
  const auto& cells = from.record.fields;
  if (cells.size() != columns.size()) {
    reader.wrong(CellProblem{"", "wrong_column_count",
                             fmt::format("has {} cells, not {}", cells.size(), columns.size())});
    return line;
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    reader.read(columns[i], without_guard(trimmed(cells[i])));
  return line;
}

}  // namespace

std::vector<VariantLine> read_catalogue(std::string_view csv) {
  if (!is_utf8(csv)) throw Error{Kind::malformed, "malformed_csv", "The file is not UTF-8."};
  const auto records = read_csv(csv);
  if (records.empty()) throw invalid_field("body", "required", "the first line names the columns");
  if (records.size() > kMaxCsvLines + 1)
    throw invalid_field("body", "too_many", fmt::format("has at most {} lines", kMaxCsvLines));
  const auto columns = read_columns(records.front().record);
  std::vector<VariantLine> lines;
  for (std::size_t i = 1; i < records.size(); ++i) lines.push_back(read_line(records[i], columns));
  return lines;
}

std::string write_catalogue(const std::vector<Product>& products) {
  Csv csv;
  csv.row({"sku", "slug", "name", "description", "status", "categories", "title", "options",
           "price", "currency"});
  for (const auto& product : products) {
    for (const auto& variant : product.variants) {
      csv.row({variant.sku, product.slug, product.name, product.description, word(product.status),
               categories_cell(product.categories), variant.title, options_cell(variant.options),
               Csv::Cell::number(plain_price(variant.price)), variant.price.currency().code()});
    }
  }
  return csv.take();
}

std::string categories_cell(const std::vector<CategoryRef>& categories) {
  std::string cell;
  for (const auto& category : categories) {
    if (!cell.empty()) cell += ';';
    cell += category.slug;
  }
  return cell;
}

std::string options_cell(const std::map<std::string, std::string>& options) {
  std::string cell;
  for (const auto& [name, value] : options) {
    if (!cell.empty()) cell += ';';
    cell += escaped(name) + '=' + escaped(value);
  }
  return cell;
}

}  // namespace souk::product
