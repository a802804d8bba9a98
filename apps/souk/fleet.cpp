#include "fleet.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "core/error.hpp"
#include "http/blocking_client.hpp"
#include "platform.hpp"

namespace souk::app {
namespace {

using namespace std::chrono_literals;
using config::Settings;

constexpr int kFirstHttpPort = 8080;  // the ports in ModuleSpec count from here
constexpr int kFirstOpsPort = 9080;
constexpr int kNextReplica = 10;

/// To start, with databases to open, on a busy machine.
constexpr auto kStartTime = 60s;

/// All processes share one PostgreSQL, which has 200 connections: together they ask for as many as one
/// replica of each does, but none for fewer than a service needs to keep its jobs from its callers.
constexpr std::int64_t kLeastConnections = 4;

/// "user-service" -> "USER_SERVICE_ADDR"
std::string address_setting(std::string service) {
  for (auto& c : service)
    c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return service + "_ADDR";
}

Ports ports_of(const runtime::ModuleSpec& spec, const Settings& settings, int replica) {
  const auto port = static_cast<int>(settings.integer("PORT")) + kNextReplica * replica;
  const auto ops = static_cast<int>(settings.integer("OPS_PORT")) + kNextReplica * replica;
  return {.http = spec.name == "api-gateway" ? port : 0,
          .grpc = port + spec.grpc_port - kFirstHttpPort,
          .ops = ops + spec.ops_port - kFirstOpsPort};
}

Settings with_addresses(Settings settings, int replicas) {
  for (const auto& spec : all_modules()) {
    std::string addresses;
    for (int replica = 0; replica < replicas; ++replica) {
      addresses += fmt::format("{}127.0.0.1:{}", addresses.empty() ? "" : ",",
                               ports_of(spec, settings, replica).grpc);
    }
    settings = settings.with(address_setting(spec.name), addresses);
  }
  return settings;
}

Settings with_connections(Settings settings, int replicas) {
  constexpr auto kName = "SOUK_DATABASE_CONNECTIONS";
  if (settings.environment().contains(kName)) return settings;
  const auto share = std::max(settings.integer(kName) / replicas, kLeastConnections);
  return settings.with(kName, std::to_string(share));
}

}  // namespace

Fleet::Fleet(const Settings& settings, int replicas)
    : settings_(with_connections(with_addresses(settings, replicas), replicas)) {
  for (const auto& spec : all_modules()) {
    for (int replica = 0; replica < replicas; ++replica) {
      const auto ports = ports_of(spec, settings_, replica);
      auto own = settings_.with("OPS_PORT", std::to_string(ports.ops))
                     .with("GRPC_PORT", std::to_string(ports.grpc));
      if (ports.http != 0) own = own.with("PORT", std::to_string(ports.http));
      programs_.push_back(
          {.name = replicas == 1 ? spec.name : fmt::format("{}-{}", spec.name, replica + 1),
           .command = {sibling_program(spec.name)},
           .environment = own.environment(),
           .ports = ports});
    }
  }
}

void Fleet::wait_ready() const {
  for (const auto& program : programs_) {
    if (!app::wait_ready(program.ports.ops, kStartTime))
      throw unavailable(fmt::format("{} does not come up", program.name));
  }
}

bool wait_for_http(const std::string& base_url, const std::string& path,
                   std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    try {
      if (http::BlockingClient{base_url}.get(path).status == 200) return true;
    } catch (const std::exception&) {
      // Not yet.
    }
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(50ms);
  }
}

bool wait_ready(int ops_port, std::chrono::milliseconds limit) {
  return wait_for_http(fmt::format("http://127.0.0.1:{}", ops_port), "/readyz", limit);
}

}  // namespace souk::app
