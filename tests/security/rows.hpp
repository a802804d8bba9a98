#pragma once

#include <iosfwd>
#include <string>

#include "world.hpp"

/// Requests that have to be refused, as rows of a table, and what is expected of each.
namespace souk::testing::bad_inputs {

struct Row {
  const char* name;
  Caller caller;
  std::string method;
  std::string target;
  std::string body;
  int status;
  std::string code = "validation_failed";
  std::string field = "";  ///< the first of `errors`, where it matters which
  std::string type = "";   ///< of the body, where it is not JSON; sent as it is then
};

void PrintTo(const Row& row, std::ostream* out);

/// The body of a good order, but for the members of its only item, `more` members and the country.
std::string order_body(const std::string& item, const std::string& more = "",
                       const std::string& country = "US");
/// An order that is refused.
Row order(const char* name, const std::string& body, std::string field, int status = 422,
          std::string code = "validation_failed");
/// A good order with one member too many.
Row also(const char* name, const std::string& member, std::string field);
/// A GET that is refused.
Row listing(const char* name, std::string target, std::string field, int status = 422,
            std::string code = "validation_failed");

/// Sends it: it is refused as the row says, and nothing has changed.
void expect_refused(const Row& row);

}  // namespace souk::testing::bad_inputs
