#pragma once

#include <cstddef>
#include <string_view>

namespace souk::database {

/// The line, from 0, on which statement number `index` of a script begins. Knows comments, quotes
/// and dollar quotes; for error messages only, nothing is executed by what it says.
int line_of_statement(std::string_view script, std::size_t index);

/// The line, from 0, of a position that the server gave (in characters of UTF-8, from 1).
int line_of_position(std::string_view script, std::size_t position);

}  // namespace souk::database
