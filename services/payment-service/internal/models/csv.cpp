#include "internal/models/csv.hpp"

namespace souk::payment {
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

}  // namespace souk::payment
