#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "supervisor.hpp"

namespace souk::app {

/// How many of each program one machine may run: their ports are ten apart, and the sandbox provider's
/// is a hundred above the first operations port.
inline constexpr int kMostReplicas = 9;

/// The programs of the platform as processes of their own, `replicas` of each. Ports follow from PORT
/// and OPS_PORT: the first gateway is on PORT, the services' gRPC on PORT+1 to PORT+6 and the gateway's
/// on PORT+7, operations on OPS_PORT to OPS_PORT+6; everything of the next replica is ten higher.
class Fleet {
 public:
  Fleet(const config::Settings& settings, int replicas);

  /// What a process outside of the fleet calls the services with: every *_ADDR names all replicas.
  const config::Settings& settings() const { return settings_; }
  /// In the order of their start: a service after those that it calls, gateways last.
  const std::vector<ChildSpec>& programs() const { return programs_; }

  /// Until each says that it is ready. Throws Error{unavailable} that names one that does not come up.
  void wait_ready() const;

 private:
  config::Settings settings_;
  std::vector<ChildSpec> programs_;
};

/// Until `path` answers 200; false once the time is over. Blocking.
bool wait_for_http(const std::string& base_url, const std::string& path,
                   std::chrono::milliseconds limit);
/// The same for /readyz of an operations port on this machine.
bool wait_ready(int ops_port, std::chrono::milliseconds limit);

}  // namespace souk::app
