#include "core/csv.hpp"

#include <algorithm>

namespace souk {
namespace {

bool begins_a_formula(std::string_view text) {
  return !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos;
}

std::string quoted(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

/// Reads the quoted field that starts at `at` (past its opening quote) and leaves `at` past the
/// closing one. False where there is none.
bool read_quoted(std::string_view text, std::size_t& at, std::string& field) {
  while (true) {
    const auto quote = text.find('"', at);
    if (quote == std::string_view::npos) return false;
    field.append(text.substr(at, quote - at));
    at = quote + 1;
    if (at >= text.size() || text[at] != '"') return true;
    field.push_back('"');  // a doubled quote is a quote
    ++at;
  }
}

/// Where the record that begins at `at` ends: at a line feed outside of quotes. Counts lines. A quote in
/// the middle of a plain field opens nothing, so that one bad record does not take others with it.
std::size_t end_of_record(std::string_view text, std::size_t at, int& lines) {
  bool open = false;
  char before = ',';
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') open = open ? false : before == ',' || before == '"';
    if (c == '\n') ++lines;
    if (c == '\n' && !open) break;
    before = c;
  }
  return at;
}

}  // namespace

void Csv::row(std::initializer_list<Cell> cells) {
  bool first = true;
  for (const auto& cell : cells) {
    if (!first) text_ += ',';
    first = false;
    const bool guarded = !cell.is_number && begins_a_formula(cell.text);
    text_ += quoted(guarded ? "'" + cell.text : cell.text);
  }
  text_ += "\r\n";
}

std::string without_guard(std::string cell) {
  if (cell.starts_with('\'') && begins_a_formula(std::string_view{cell}.substr(1)))
    cell.erase(0, 1);
  return cell;
}

CsvRecord split_csv(std::string_view text) {
  CsvRecord record;
  std::size_t at = 0;
  while (true) {
    auto& field = record.fields.emplace_back();
    if (at < text.size() && text[at] == '"') {
      if (!read_quoted(text, ++at, field)) {
        record.state = CsvRecord::State::open_quote;
        return record;
      }
    } else {
      const auto end = std::min(text.find(',', at), text.size());
      field = text.substr(at, end - at);
      at = field.contains('"') ? at + field.find('"') : end;
    }
    if (at < text.size() && text[at] != ',') {
      record.state = CsvRecord::State::bad_quote;
      return record;
    }
    if (at == text.size()) return record;
    ++at;
  }
}

std::vector<CsvLine> read_csv(std::string_view document) {
  if (document.starts_with("\xEF\xBB\xBF")) document.remove_prefix(3);
  std::vector<CsvLine> records;
  int line = 1;
  for (std::size_t at = 0; at < document.size();) {
    const int begin = line;
    const auto end = end_of_record(document, at, line);
    auto text = document.substr(at, end - at);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (!text.empty()) records.push_back({begin, split_csv(text)});
    at = end + 1;
  }
  return records;
}

}  // namespace souk
