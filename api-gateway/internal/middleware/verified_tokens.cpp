#include "internal/middleware/verified_tokens.hpp"

#include <utility>

namespace souk::gateway {
namespace {

/// Of each of two generations: some 4 MB in all, and as many shoppers as one process serves in a minute.
constexpr std::size_t kTokensKept = 8'192;

}  // namespace

std::optional<security::Claims> VerifiedTokens::find(const security::TokenDigest& token,
                                                     Time now) const {
  const std::lock_guard lock{mutex_};
  for (const auto* generation : {&young_, &old_}) {
    const auto found = generation->find(token);
    if (found != generation->end() && now < found->second.exp) return found->second;
  }
  return std::nullopt;
}

void VerifiedTokens::add(const security::TokenDigest& token, const security::Claims& claims) {
  const std::lock_guard lock{mutex_};
  if (young_.size() >= kTokensKept) old_ = std::exchange(young_, {});
  young_.insert_or_assign(token, claims);
}

void VerifiedTokens::clear() {
  const std::lock_guard lock{mutex_};
  young_.clear();
  old_.clear();
}

}  // namespace souk::gateway
