#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Tables as text: RFC 4180. Pure; any thread.
namespace souk {

/// Writes a table: CRLF, cells quoted where they have to be. Text that a spreadsheet would take for a
/// formula is kept from it by a leading apostrophe.
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

/// A cell's text without the apostrophe that Csv puts before what looks like a formula.
std::string without_guard(std::string cell);

/// One record taken apart, or why that is impossible.
struct CsvRecord {
  enum class State {
    complete,
    open_quote,  ///< ends within a quoted field: the record may go on in the next line
    bad_quote,   ///< a quote where RFC 4180 allows none
  };
  State state = State::complete;
  std::vector<std::string> fields;
};

/// `text`: without the line break that ends it.
CsvRecord split_csv(std::string_view text);

/// A record of a document, and the line that it begins on (from 1).
struct CsvLine {
  int line = 0;
  CsvRecord record;
};

/// A whole document, with or without a byte order mark; empty lines are left out. A quote that is never
/// closed takes the rest of it.
std::vector<CsvLine> read_csv(std::string_view document);

}  // namespace souk
