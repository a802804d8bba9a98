#pragma once

#include <string>

#include <CLI/App.hpp>

#include "apps/souk/online_retail/dataset.hpp"

namespace souk::app {

/// The file that a command is about: `--format online-retail FILE[.gz]`.
struct RetailFile {
  std::string format;
  std::string path;
};

/// `file` outlives the command line.
void add_file_arguments(CLI::App& command, RetailFile& file);

/// Reads it, with a progress bar on standard error. Throws Error{malformed, "import_file_unreadable"}
/// with "FILE:LINE: why".
online_retail::Dataset read(const RetailFile& file);

/// "370,931 lines, 6,781,619.004 GBP": what the file says of itself.
std::string totals_of(const online_retail::Report& report);

}  // namespace souk::app
