#pragma once

#include <string_view>

namespace souk::database {

/// A named SQL statement with $1, $2, … parameters. Declared `constexpr`, for both texts have to
/// live as long as the process: connections prepare it once and know it by its name.
///
///     constexpr Query kByUser{"order.by_user", "SELECT id FROM orders WHERE user_id = $1"};
///
/// The name shows in logs, metrics and traces, and is unique within a database.
struct Query {
  std::string_view name;
  std::string_view sql;
};

}  // namespace souk::database
