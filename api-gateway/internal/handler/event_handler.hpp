#pragma once

#include "common/events.pb.h"
#include "internal/server/gateway.hpp"
#include "runtime/rpc_service.hpp"

namespace souk::gateway {

/// The gateway's EventSink: an event drops what it made stale from the caches. There is nothing to store,
/// so nothing can fail: no inbox, no dead letters. Owned by the module, on its loop.
class EventHandler {
 public:
  EventHandler(const runtime::ModuleContext& context, Gateway& gateway);

  rpc::Service& service() { return service_; }

 private:
  Task<common::v1::DeliverReply> deliver(rpc::Call& call,
                                         const common::v1::DeliverRequest& request);
  Task<common::v1::ListDeadLettersReply> list(rpc::Call& call,
                                              const common::v1::ListDeadLettersRequest& request);
  Task<common::v1::ReplayDeadLettersReply> replay(
      rpc::Call& call, const common::v1::ReplayDeadLettersRequest& request);

  Gateway& gateway_;
  rpc::Service service_;
};

}  // namespace souk::gateway
