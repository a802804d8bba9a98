#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace souk::online_retail {

/// One CSV record taken apart, or why that is impossible.
struct CsvRecord {
  enum class State {
    complete,
    open_quote,  ///< ends within a quoted field: the record may go on in the next line
    bad_quote,   ///< a quote where RFC 4180 allows none
  };
  State state = State::complete;
  std::vector<std::string> fields;
};

CsvRecord split_csv(std::string_view text);

}  // namespace souk::online_retail
