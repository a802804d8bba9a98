#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/uuid.hpp"

namespace souk::user {

inline constexpr char kCustomer[] = "customer";
inline constexpr char kAdmin[] = "admin";
/// Buys without an account: no password, no other role, and an address that nobody has looked at.
inline constexpr char kGuest[] = "guest";

/// An account as everyone may see it who may see it at all.
struct User {
  UserId id;
  std::string email;
  std::string full_name;
  std::string phone;   ///< E.164; empty without one
  std::string locale;  ///< of its mails; empty: the shop's
  std::vector<std::string> roles;
  bool email_verified = false;
  bool disabled = false;
  Time created_at;
  Time updated_at;

  bool is_admin() const;
  bool is_guest() const;
};

/// An account as a login needs it.
struct Account {
  User user;
  std::string password_hash;  ///< PHC; empty: there is no password, so no login
};

/// The one spelling under which an address is stored and looked up.
std::string normal_email(const std::string& email);

/// Roles in one order, each once.
std::vector<std::string> normal_roles(std::vector<std::string> roles);

/// True where `after` lacks one of `before`: the account's sessions hold more than they may.
bool loses_role(const std::vector<std::string>& before, const std::vector<std::string>& after);

}  // namespace souk::user
