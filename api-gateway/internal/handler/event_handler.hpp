#pragma once

#include "common/events.pb.h"
#include "internal/server/gateway.hpp"
#include "messaging/subscription.hpp"
#include "runtime/rpc_service.hpp"

namespace souk::gateway {

/// The gateway's end of events, from publishers (EventSink) or from a broker: an event drops what it made
/// stale from the caches. There is nothing to store, so nothing can fail: no inbox, no dead letters. Over a
/// broker each replica hears each event. Owned by the module, on its loop.
class EventHandler {
 public:
  EventHandler(const runtime::ModuleContext& context, Gateway& gateway);

  rpc::Service& service() { return service_; }

  void start() { subscription_.start(); }
  Task<> stop() { return subscription_.stop(); }

 private:
  common::v1::DeliverReply drop(const common::v1::DeliverRequest& request);
  Task<common::v1::DeliverReply> deliver(rpc::Call& call,
                                         const common::v1::DeliverRequest& request);
  Task<common::v1::ListDeadLettersReply> list(rpc::Call& call,
                                              const common::v1::ListDeadLettersRequest& request);
  Task<common::v1::ReplayDeadLettersReply> replay(
      rpc::Call& call, const common::v1::ReplayDeadLettersRequest& request);
  Task<common::v1::InspectDeadLettersReply> inspect(
      rpc::Call& call, const common::v1::InspectDeadLettersRequest& request);
  Task<common::v1::ReplayDeadLettersReply> retry(
      rpc::Call& call, const common::v1::RetryDeadLettersRequest& request);

  Gateway& gateway_;
  rpc::Service service_;
  messaging::Subscription subscription_;
};

}  // namespace souk::gateway
