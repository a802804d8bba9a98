#include "core/random.hpp"

#include <cerrno>
#include <system_error>

#include <sys/random.h>

namespace souk {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto got = getrandom(out.data(), out.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw std::system_error{errno, std::generic_category(), "getrandom"};
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace souk
