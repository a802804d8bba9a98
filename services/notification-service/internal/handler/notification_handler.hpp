#pragma once

#include "internal/service/message_history.hpp"
#include "notification/notification.pb.h"
#include "runtime/module.hpp"

namespace souk::notification {

/// Proto in, proto out. Owned by the module, on its loop.
class NotificationHandler {
 public:
  NotificationHandler(const runtime::ModuleContext& context, MessageHistory& history);

  rpc::Service& service() { return service_; }

 private:
  Task<v1::ListMessagesReply> list_messages(rpc::Call& call,
                                            const v1::ListMessagesRequest& request);

  MessageHistory& history_;
  rpc::Service service_;
};

}  // namespace souk::notification
