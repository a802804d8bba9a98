#pragma once

#include <functional>
#include <memory>

#include "common/events.pb.h"
#include "runtime/module.hpp"
#include "runtime/task.hpp"

namespace souk::messaging {

/// Who hears an event where a service has several replicas.
enum class Audience {
  one_replica,    ///< what it does is done for all of them
  every_replica,  ///< each has something to forget; what happens while it is away does not matter
};

/// The subscriber's end of a broker: takes events from the module's queue, a bounded number of them
/// at a time, and gives them to `sink`. What the sink accepts is acknowledged; what it does not
/// accept is given again after a while, and later events of the same aggregate wait behind it; the
/// others flow on. What is no event at all goes to the broker's dead letters (souk.dead).
///
/// With SOUK_BUS=direct there is nothing to do: publishers call the module's EventSink.
///
/// Owned by a module, lives on its loop; the broker's client works on a thread of its own.
class Subscription {
 public:
  /// One outcome per event, in order. What it throws counts as "none accepted".
  using Sink = std::function<Task<common::v1::DeliverReply>(const common::v1::DeliverRequest&)>;

  Subscription(const runtime::ModuleContext& context, Audience audience, Sink sink);
  ~Subscription();

  /// Begins; returns at once. A broker that is away is waited for.
  void start();
  /// Ends after the delivery in hand; the rest stays with the broker.
  Task<> stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace souk::messaging
