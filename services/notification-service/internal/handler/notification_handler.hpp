#pragma once

#include "internal/models/template_set.hpp"
#include "internal/service/channels_beside_mail.hpp"
#include "internal/service/devices.hpp"
#include "internal/service/inbox.hpp"
#include "internal/service/message_history.hpp"
#include "internal/service/preferences.hpp"
#include "internal/service/unsubscribing.hpp"
#include "notification/notification.pb.h"
#include "runtime/module.hpp"

namespace souk::notification {

/// Proto in, proto out. Owned by the module, on its loop.
class NotificationHandler {
 public:
  /// The use cases; they outlive the handler.
  struct Parts {
    MessageHistory& history;
    const TemplateSet& templates;
    PreferenceBook& preferences;
    Inbox& inbox;
    Devices& devices;
    Unsubscribing& unsubscribing;
    const ChannelsBesideMail& channels;
  };

  NotificationHandler(const runtime::ModuleContext& context, Parts parts);

  rpc::Service& service() { return service_; }

 private:
  void bind_channels();

  Task<v1::ListMessagesReply> list_messages(rpc::Call& call,
                                            const v1::ListMessagesRequest& request);
  Task<v1::Message> retry_message(rpc::Call& call, const v1::RetryMessageRequest& request);

  Task<v1::ListTemplatesReply> list_templates(rpc::Call& call,
                                              const v1::ListTemplatesRequest& request);
  Task<v1::PreviewTemplateReply> preview_template(rpc::Call& call,
                                                  const v1::PreviewTemplateRequest& request);
  Task<v1::ListBouncesReply> list_bounces(rpc::Call& call, const v1::ListBouncesRequest& request);
  Task<common::v1::Nothing> forget_bounce(rpc::Call& call, const v1::ForgetBounceRequest& request);

  Task<v1::ListInboxReply> list_inbox(rpc::Call& call, const v1::ListInboxRequest& request);
  Task<v1::InboxMessage> read_inbox_message(rpc::Call& call,
                                            const v1::ReadInboxMessageRequest& request);
  Task<v1::ReadInboxReply> read_inbox(rpc::Call& call, const v1::ReadInboxRequest& request);
  Task<v1::Preferences> get_preferences(rpc::Call& call, const v1::GetPreferencesRequest& request);
  Task<v1::Preferences> set_preferences(rpc::Call& call, const v1::SetPreferencesRequest& request);
  Task<common::v1::File> show_unsubscribe(rpc::Call& call, const v1::UnsubscribeRequest& request);
  Task<common::v1::File> unsubscribe(rpc::Call& call, const v1::UnsubscribeRequest& request);
  Task<v1::PushKey> get_push_key(rpc::Call& call, const v1::GetPushKeyRequest& request);
  Task<v1::PushDevice> register_device(rpc::Call& call, const v1::RegisterDeviceRequest& request);
  Task<v1::ListDevicesReply> list_devices(rpc::Call& call, const v1::ListDevicesRequest& request);
  Task<common::v1::Nothing> remove_device(rpc::Call& call, const v1::RemoveDeviceRequest& request);
  Task<v1::LiveEvents> follow_events(rpc::Call& call, const v1::FollowEventsRequest& request);
  Task<v1::LiveEvents> list_live_events(rpc::Call& call, const v1::ListLiveEventsRequest& request);

  Parts parts_;
  rpc::Service service_;
};

}  // namespace souk::notification
