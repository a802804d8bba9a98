#include "internal/models/account_token.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace souk::user {
namespace {

constexpr std::array<std::pair<TokenPurpose, std::string_view>, 3> kPurposes{
    {{TokenPurpose::verify_email, "verify_email"},
     {TokenPurpose::reset_password, "reset_password"},
     {TokenPurpose::change_email, "change_email"}}};

}  // namespace

std::string_view to_text(TokenPurpose purpose) {
  return kPurposes[static_cast<std::size_t>(purpose)].second;
}

TokenPurpose purpose_from(std::string_view text) {
  for (const auto& [purpose, name] : kPurposes) {
    if (name == text) return purpose;
  }
  throw std::out_of_range{"no such purpose"};
}

std::chrono::minutes life_of(TokenPurpose purpose) {
  switch (purpose) {
    case TokenPurpose::verify_email: return std::chrono::days{3};
    case TokenPurpose::change_email: return std::chrono::days{1};
    case TokenPurpose::reset_password: return std::chrono::minutes{30};
  }
  throw std::out_of_range{"no such purpose"};
}

}  // namespace souk::user
