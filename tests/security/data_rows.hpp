#pragma once

#include <ostream>
#include <string>

#include "world.hpp"

namespace souk::testing::bad_inputs {

/// A row of a table of bodies and parameters that are refused.
struct DataCase {
  const char* name;
  Caller caller;
  std::string method;
  std::string target;
  std::string body;
  int status;
  std::string code = "validation_failed";
  std::string field = "";  ///< the first of `errors`, where it matters which
  std::string type = "";   ///< of the body, where it is not JSON
};

void PrintTo(const DataCase& row, std::ostream* out);

/// It is sent (JSON and target filled by World::fill), refused as it says, and changes nothing.
void expect_refused(const DataCase& row);

}  // namespace souk::testing::bad_inputs
