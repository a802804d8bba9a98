#pragma once

#include <filesystem>
#include <string>

namespace souk::chaos {

/// What the kernel gives this process to itself.
struct Isolation {
  bool network = false;  ///< a loopback of its own, and iptables that reach nobody else
  bool mounts = false;   ///< disks that nobody else sees, gone with the process
  std::string why_not;   ///< for what is missing, for people
};

/// Moves the process, and all that it starts, into namespaces of its own. Before any thread starts;
/// later calls only tell what came of it. Takes root.
const Isolation& isolate();

/// Packets on the loopback that vanish. Needs isolate().network. Blocking, one thread.
class PacketFilter {
 public:
  enum class Way { to_port, from_port };
  /// Throws std::runtime_error where iptables will not.
  static void drop(int port, Way way);
  static void pass(int port, Way way);
};

/// A folder on a small disk of its own, which can be made full. Needs isolate().mounts. Blocking, one
/// thread.
class SmallDisk {
 public:
  /// Mounts it over `folder`. Throws std::system_error.
  explicit SmallDisk(std::filesystem::path folder);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// From now on not one more page can be written.
  void fill();
  /// There is room again.
  void make_room();

 private:
  void resize(std::uintmax_t bytes);
  std::filesystem::path folder_;
};

}  // namespace souk::chaos
