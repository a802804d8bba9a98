#pragma once

#include <chrono>

namespace souk::payment {

/// For a statement that has to be written whatever the caller's own deadline is: what is known of
/// the money is put on record even if nobody waits for it any more.
inline std::chrono::steady_clock::time_point database_deadline() {
  return std::chrono::steady_clock::now() + std::chrono::seconds{5};
}

/// Set aside of a caller's deadline for writing down what happened and telling it.
inline constexpr std::chrono::milliseconds kReplyMargin{500};

}  // namespace souk::payment
