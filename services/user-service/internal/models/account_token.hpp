#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "security/token.hpp"

namespace souk::user {

/// What a mailed link is for.
enum class TokenPurpose { verify_email, reset_password, change_email };

std::string_view to_text(TokenPurpose purpose);
/// Throws std::out_of_range for a word that is none.
TokenPurpose purpose_from(std::string_view text);

/// A reset lets its holder in, so it is short; the others prove what somebody may read at leisure.
std::chrono::minutes life_of(TokenPurpose purpose);

/// How many mails of one purpose an account gets in an hour: enough for somebody who looks in the wrong
/// folder, too few to annoy somebody with.
inline constexpr int kTokensPerHour = 3;

struct AccountToken {
  security::TokenDigest digest{};
  UserId user;
  TokenPurpose purpose = TokenPurpose::verify_email;
  std::string email;  ///< where it was mailed to
  Time expires_at;
};

}  // namespace souk::user
