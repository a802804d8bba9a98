#pragma once

#include "internal/models/template_set.hpp"
#include "internal/service/message_history.hpp"
#include "notification/notification.pb.h"
#include "runtime/module.hpp"

namespace souk::notification {

/// Proto in, proto out. Owned by the module, on its loop.
class NotificationHandler {
 public:
  NotificationHandler(const runtime::ModuleContext& context, MessageHistory& history,
                      const TemplateSet& templates);

  rpc::Service& service() { return service_; }

 private:
  Task<v1::ListMessagesReply> list_messages(rpc::Call& call,
                                            const v1::ListMessagesRequest& request);

  Task<v1::ListTemplatesReply> list_templates(rpc::Call& call,
                                              const v1::ListTemplatesRequest& request);
  Task<v1::PreviewTemplateReply> preview_template(rpc::Call& call,
                                                  const v1::PreviewTemplateRequest& request);
  Task<v1::ListBouncesReply> list_bounces(rpc::Call& call, const v1::ListBouncesRequest& request);
  Task<common::v1::Nothing> forget_bounce(rpc::Call& call, const v1::ForgetBounceRequest& request);

  MessageHistory& history_;
  const TemplateSet& templates_;
  rpc::Service service_;
};

}  // namespace souk::notification
