#include "isolation.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "process/child.hpp"

namespace souk::chaos {
namespace {

/// More than a soak of an hour writes; memory is taken only for what is there.
constexpr std::uintmax_t kRoom = 6ULL << 30;

[[noreturn]] void fail(std::string_view what) {
  throw std::system_error{errno, std::generic_category(), std::string{what}};
}

/// A new network namespace has a loopback that is down.
bool loopback_up() {
  const int handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  const bool up = handle >= 0 && ioctl(handle, SIOCSIFFLAGS, &request) == 0;
  if (handle >= 0) close(handle);
  return up;
}

bool iptables(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{"iptables", "-w"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  try {
    return process::run(command, "/dev/null") == 0;
  } catch (const std::system_error&) {
    return false;  // not installed
  }
}

Isolation try_to_isolate() {
  Isolation isolation;
  if (unshare(CLONE_NEWNS) == 0 &&
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0) {
    isolation.mounts = true;
  } else {
    isolation.why_not = fmt::format("no mounts of its own ({})", std::strerror(errno));
  }
  if (unshare(CLONE_NEWNET) == 0 && loopback_up()) {
    isolation.network = iptables({"-S"});
    if (!isolation.network) isolation.why_not += " iptables does not work";
  } else {
    isolation.why_not += fmt::format(" no network of its own ({})", std::strerror(errno));
  }
  return isolation;
}

void change_filter(const char* change, int port, PacketFilter::Way way) {
  const auto* which = way == PacketFilter::Way::to_port ? "--dport" : "--sport";
  if (!iptables({change, "INPUT", "-p", "tcp", which, std::to_string(port), "-j", "DROP"}))
    throw std::runtime_error{fmt::format("iptables {} for port {} failed", change, port)};
}

}  // namespace

const Isolation& isolate() {
  static const Isolation isolation = try_to_isolate();
  return isolation;
}

void PacketFilter::drop(int port, Way way) { change_filter("-I", port, way); }
void PacketFilter::pass(int port, Way way) { change_filter("-D", port, way); }

SmallDisk::SmallDisk(std::filesystem::path folder) : folder_(std::move(folder)) {
  const auto size = fmt::format("size={},mode=0755", kRoom);
  if (mount("souk", folder_.c_str(), "tmpfs", 0, size.c_str()) != 0) fail("mount tmpfs");
}

SmallDisk::~SmallDisk() { umount2(folder_.c_str(), MNT_DETACH); }

void SmallDisk::resize(std::uintmax_t bytes) {
  const auto size = fmt::format("size={}", bytes);
  if (mount(nullptr, folder_.c_str(), nullptr, MS_REMOUNT, size.c_str()) != 0) fail("remount");
}

/// It becomes as small as what is on it; what is written meanwhile makes that impossible, so once more.
void SmallDisk::fill() {
  for (int tries = 0;; ++tries) {
    struct statvfs info{};
    if (statvfs(folder_.c_str(), &info) != 0) fail("statvfs");
    try {
      return resize((info.f_blocks - info.f_bfree) * info.f_frsize);
    } catch (const std::system_error&) {
      if (tries == 100) throw;
    }
  }
}

void SmallDisk::make_room() { resize(kRoom); }

}  // namespace souk::chaos
