#include "process/free_ports.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/random.hpp"

namespace souk::process {
namespace {

/// Linux gives outgoing connections ports from 32768 on.
constexpr std::uint16_t kFirst = 10'000;
constexpr std::uint16_t kLast = 31'999;

}  // namespace

bool is_free(std::uint16_t port) {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0) return false;
  const int yes = 1;
  setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(file);
  return bound;
}

std::uint16_t free_ports(int count) {
  SystemRandom random;  // so that servers that start together do not all try the same one
  constexpr auto kPorts = std::uint64_t{kLast} - kFirst + 1;
  for (std::uint64_t tries = 0; tries < kPorts; ++tries) {
    const auto first = static_cast<std::uint16_t>(
        kFirst + random.next() % (kPorts - static_cast<std::uint64_t>(count) + 1));
    int free = 0;
    while (free < count && is_free(static_cast<std::uint16_t>(first + free))) ++free;
    if (free == count) return first;
  }
  throw Error{Kind::unavailable, "no_free_port", "There is no free port on this machine."};
}

}  // namespace souk::process
