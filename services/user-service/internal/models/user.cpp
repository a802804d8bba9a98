#include "internal/models/user.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace souk::user {

bool User::is_admin() const { return std::ranges::find(roles, kAdmin) != roles.end(); }

bool User::is_guest() const { return std::ranges::find(roles, kGuest) != roles.end(); }

std::string normal_email(const std::string& email) { return text::to_lower(email); }

std::vector<std::string> normal_roles(std::vector<std::string> roles) {
  std::ranges::sort(roles);
  const auto repeated = std::ranges::unique(roles);
  roles.erase(repeated.begin(), repeated.end());
  return roles;
}

bool loses_role(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  return std::ranges::any_of(before, [&](const std::string& role) {
    return std::ranges::find(after, role) == after.end();
  });
}

}  // namespace souk::user
