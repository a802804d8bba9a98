#pragma once

#include <memory>
#include <string>

#include "common/events.pb.h"
#include "runtime/module.hpp"
#include "runtime/task.hpp"

namespace souk::messaging {

/// Where a relay hands events over. SOUK_BUS decides what is behind it:
///
/// | bus      | accepted means                                     |
/// |----------|----------------------------------------------------|
/// | direct   | the subscriber has applied it, or buried it        |
/// | rabbitmq | the subscriber's queue holds it, on disk           |
/// | kafka    | the subscriber's topic holds it, on every replica  |
///
/// Owned by a relay, on its loop; a broker's client works on a thread of its own.
class Bus {
 public:
  virtual ~Bus() = default;

  /// One outcome per event, in the order of the request; what is not accepted comes again. An event
  /// is not handed over before the earlier ones of its aggregate are accepted. Takes five seconds
  /// or little more. Throws Error{unavailable} where the subscriber, or the broker, is away.
  virtual Task<common::v1::DeliverReply> deliver(const std::string& subscriber,
                                                 const common::v1::DeliverRequest& request) = 0;
  /// Deliveries under way end at once where they can, with what was accepted by then. No more follow.
  virtual void cancel() = 0;
  /// Ends the connection, once no delivery is under way. Then it may be destroyed.
  virtual Task<> stop() = 0;
};

/// The bus that the settings name. A broker that is away is waited for; an address that cannot be
/// one throws Error{validation, "invalid_setting"}.
std::unique_ptr<Bus> make_bus(const runtime::ModuleContext& context);

}  // namespace souk::messaging
