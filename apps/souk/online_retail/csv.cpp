#include "apps/souk/online_retail/csv.hpp"

#include <algorithm>

namespace souk::online_retail {
namespace {

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

}  // namespace

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

}  // namespace souk::online_retail
