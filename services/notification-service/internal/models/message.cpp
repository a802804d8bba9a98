#include "internal/models/message.hpp"

#include <algorithm>

namespace souk::notification {

std::chrono::seconds retry_pause(int attempts) {
  using namespace std::chrono_literals;
  const auto doubled = 5s * (1LL << std::clamp(attempts, 0, 20));
  return std::min<std::chrono::seconds>(doubled, 1h);
}

}  // namespace souk::notification
