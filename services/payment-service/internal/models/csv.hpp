#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace souk::payment {

/// Writes a table as RFC 4180 says: CRLF, cells quoted where they have to be. Text that a
/// spreadsheet would take for a formula is kept from it by a leading apostrophe.
class Csv {
 public:
  /// A cell: text of whatever origin, or a number of ours.
  struct Cell {
    Cell(std::string_view of) : text(of) {}
    Cell(const std::string& of) : text(of) {}
    Cell(const char* of) : text(of) {}
    static Cell number(std::string of) {
      Cell cell{std::move(of)};
      cell.is_number = true;
      return cell;
    }

    std::string text;
    bool is_number = false;
  };

  void row(std::initializer_list<Cell> cells);
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace souk::payment
