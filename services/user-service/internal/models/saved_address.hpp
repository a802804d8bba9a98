#pragma once

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/uuid.hpp"

namespace souk::user {

using AddressId = Id<struct AddressTag>;

/// More than people have, and few enough to be shown at once.
inline constexpr int kMaxAddresses = 20;

/// Optional parts are empty, not blank.
struct PostalAddress {
  std::string full_name;
  std::string line1;
  std::optional<std::string> line2;
  std::string city;
  std::optional<std::string> region;
  std::string postal_code;
  std::string country;

  bool operator==(const PostalAddress&) const = default;
};

/// An address that a customer keeps. One of an account's is the default, as long as there are any.
struct SavedAddress {
  AddressId id;
  UserId user;
  std::string label;
  PostalAddress address;
  bool is_default = false;
  Time created_at;
  Time updated_at;
};

}  // namespace souk::user
