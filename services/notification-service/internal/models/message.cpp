#include "internal/models/message.hpp"

#include <algorithm>

namespace souk::notification {

bool link_is_over(const DueMessage& message, Time now) {
  const auto* until = message.data.if_contains(kSecretUntil);
  return until != nullptr &&
         now >= Time{std::chrono::milliseconds{until->to_number<std::int64_t>()}};
}

std::chrono::seconds retry_pause(int attempts) {
  using namespace std::chrono_literals;
  const auto doubled = 5s * (1LL << std::clamp(attempts, 0, 20));
  return std::min<std::chrono::seconds>(doubled, 1h);
}

}  // namespace souk::notification
