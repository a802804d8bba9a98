#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/module.hpp"
#include "runtime/task.hpp"

/// What a broker's client has to do, and no more: move bytes. Which event may go when, what waits
/// and what is forgotten is decided by BrokerBus and Intake, the same for every broker.
namespace souk::messaging::detail {

/// Whoever waits for a broker gives up after this. A stop waits for the delivery in hand, and a
/// process has 10 s to stop.
constexpr std::chrono::seconds kDeliveryTime{5};

/// How many events of a subscriber are in the process at a time: two batches, one being applied and
/// one on its way. An event has 1 MB at most, most have less than 1 kB.
constexpr std::size_t kWindow = 400;

/// Names at the broker. `souk.<subscriber>` holds what a service has not seen yet, `souk.dead` what
/// nobody could read.
inline std::string queue_of(const std::string& subscriber) { return "souk." + subscriber; }
constexpr const char* kDeadQueue = "souk.dead";

struct Message {
  std::string key;  ///< the aggregate
  std::string bytes;
};

/// The sending half. Made on a module's loop, used from it.
class Publisher {
 public:
  virtual ~Publisher() = default;
  /// Gives them all to the broker, in any order; one verdict each: empty where the broker has it
  /// safe, else why not. Ends within kDeliveryTime.
  virtual Task<std::vector<std::string>> publish(std::string queue,
                                                 std::vector<Message> messages) = 0;
  /// What is under way gets its verdict now: not accepted.
  virtual void cancel() = 0;
  /// Ends the thread, once nothing is under way.
  virtual Task<> stop() = 0;
};

/// Where a message stands: a lane is a stretch of messages in order (one connection, one assigned
/// partition); lanes end, and their numbers never come again.
struct Place {
  std::uint64_t lane;
  std::uint64_t tag;
};

struct Arrival {
  Place place;
  std::string bytes;
};

/// The receiving half. Has at most kWindow messages out that were not accepted; what was not accepted when a lane ends comes again in another, here or elsewhere.
class Source {
 public:
  /// Called on the loop, in the order of the messages.
  struct Listener {
    std::function<void(Arrival)> arrived;
    std::function<void(std::uint64_t lane)> ended;
  };
  virtual ~Source() = default;
  virtual void start(Listener listener) = 0;
  /// It is done with; for a lane that has ended this says nothing.
  virtual void accept(Place place) = 0;
  /// Passes on what was accepted and ends the thread.
  virtual Task<> stop() = 0;
};

/// The halves of the broker that SOUK_BUS names; null for the direct bus, which has none. Of a
/// `shared` source the service's replicas share the messages; else each replica gets them all.
std::unique_ptr<Publisher> make_publisher(const runtime::ModuleContext& context);
std::unique_ptr<Source> make_source(const runtime::ModuleContext& context, bool shared);

}  // namespace souk::messaging::detail
