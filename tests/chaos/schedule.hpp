#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace souk::chaos {

enum class FaultKind {
  kill_service,    ///< kill -9 of one replica
  kill_gateway,    ///< kill -9 of one gateway
  freeze_service,  ///< SIGSTOP, later SIGCONT: alive to the kernel, silent to everybody
  restart,         ///< SIGTERM: it drains, ends, starts again
  kill_postgres,
  kill_redis,
  kill_rabbitmq,
  kill_provider,
  cut_link,           ///< every connection of a link is reset, new ones are turned away
  stall_link,         ///< bytes wait, both ways
  slice_link,         ///< bytes come in small pieces
  swallow_requests,   ///< what is sent is lost
  swallow_replies,    ///< it is done, and nobody hears of it
  partition,          ///< packets to one replica vanish
  partition_replies,  ///< packets from one replica vanish
  fill_disk,          ///< no byte can be written where mails and PostgreSQL's log are
};

std::string_view to_string(FaultKind kind);
/// All of them, in their order.
const std::vector<FaultKind>& every_fault();

/// One thing that breaks.
struct Fault {
  std::chrono::milliseconds at{0};  ///< after the shoppers have begun
  FaultKind kind{};
  std::string target;                  ///< a process, a link; empty where the kind says all
  std::chrono::milliseconds lasts{0};  ///< 0: it happens, and is over

  bool operator==(const Fault&) const = default;
};

struct SchedulePlan {
  std::chrono::milliseconds length{30'000};  ///< the last fault has ended by then
  std::set<FaultKind> kinds;                 ///< which ones may happen here
  std::vector<std::string> services;         ///< processes: "order-service-2"
  std::vector<std::string> gateways;
  std::vector<std::string> links;  ///< what a gate stands before: "postgres", "provider"
};

/// What breaks when. The same seed and plan give the same schedule, on every machine. The kinds are
/// dealt like cards, so that each comes once before any comes again; two faults at a time, never two on
/// one target.
std::vector<Fault> make_schedule(std::uint64_t seed, const SchedulePlan& plan);

/// A fault a line, as the run prints it.
std::string to_string(const std::vector<Fault>& schedule);

}  // namespace souk::chaos
