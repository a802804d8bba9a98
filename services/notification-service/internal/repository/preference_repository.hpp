#pragma once

#include <string>
#include <vector>

#include "core/uuid.hpp"
#include "database/database.hpp"

namespace souk::notification {

struct Choice {
  std::string kind;
  std::string channel;
  bool enabled = false;
};

/// The SQL of preferences. Stateless.
namespace repository {

Task<std::vector<Choice>> choices(database::Database& database, database::Scope scope, UserId user);
void save_choices(database::Transaction& tx, UserId user, const std::vector<Choice>& choices,
                  Time now);

}  // namespace repository
}  // namespace souk::notification
