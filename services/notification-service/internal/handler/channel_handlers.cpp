#include "internal/handler/notification_handler.hpp"
#include "runtime/proto_values.hpp"

// What users do with the channels: inbox, preferences, devices, links, live events.

namespace souk::notification {
namespace {

v1::InboxMessage to_proto(const InboxEntry& entry) {
  v1::InboxMessage proto;
  proto.set_id(entry.item.id.str());
  proto.set_kind(entry.item.kind);
  proto.set_title(entry.words.title);
  proto.set_text(entry.words.text);
  *proto.mutable_created_at() = rpc::to_proto(entry.item.created_at);
  if (entry.item.read_at) *proto.mutable_read_at() = rpc::to_proto(*entry.item.read_at);
  return proto;
}

v1::Preferences to_proto(const std::vector<Choice>& choices) {
  v1::Preferences proto;
  for (const auto& choice : choices) {
    auto& item = *proto.add_items();
    item.set_kind(choice.kind);
    item.set_channel(choice.channel);
    item.set_enabled(choice.enabled);
    item.set_always_sent(rule_for(choice.kind, *channel_from(choice.channel)) == Default::always);
  }
  return proto;
}

v1::PushDevice to_proto(const Device& device) {
  v1::PushDevice proto;
  proto.set_id(device.id.str());
  proto.set_platform(std::string{name(device.platform)});
  proto.set_name(device.name);
  *proto.mutable_created_at() = rpc::to_proto(device.created_at);
  return proto;
}

v1::LiveEvents to_proto(const Happenings& happenings) {
  v1::LiveEvents proto;
  for (const auto& one : happenings.items) {
    auto& item = *proto.add_items();
    item.set_id(one.position);
    item.set_type(one.type);
    item.set_data(one.data);
    item.set_user_id(one.user.str());
  }
  proto.set_position(happenings.position);
  proto.set_more(happenings.more);
  return proto;
}

common::v1::File html(std::string text) {
  common::v1::File page;
  page.set_content_type("text/html; charset=utf-8");
  page.set_name("unsubscribe.html");
  page.set_content(std::move(text));
  return page;
}

}  // namespace

void NotificationHandler::bind_channels() {
  service_.bind("ListInbox", this, &NotificationHandler::list_inbox);
  service_.bind("ReadInboxMessage", this, &NotificationHandler::read_inbox_message);
  service_.bind("ReadInbox", this, &NotificationHandler::read_inbox);
  service_.bind("GetPreferences", this, &NotificationHandler::get_preferences);
  service_.bind("SetPreferences", this, &NotificationHandler::set_preferences);
  service_.bind("ShowUnsubscribe", this, &NotificationHandler::show_unsubscribe);
  service_.bind("Unsubscribe", this, &NotificationHandler::unsubscribe);
  service_.bind("GetPushKey", this, &NotificationHandler::get_push_key);
  service_.bind("RegisterDevice", this, &NotificationHandler::register_device);
  service_.bind("ListDevices", this, &NotificationHandler::list_devices);
  service_.bind("RemoveDevice", this, &NotificationHandler::remove_device);
  service_.bind("FollowEvents", this, &NotificationHandler::follow_events);
  service_.bind("ListLiveEvents", this, &NotificationHandler::list_live_events);
}

Task<v1::ListInboxReply> NotificationHandler::list_inbox(rpc::Call& call,
                                                         const v1::ListInboxRequest& request) {
  const int size = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize;
  const auto view =
      co_await parts_.inbox.list(call, request.unread_only(), request.page_token(), size);
  v1::ListInboxReply reply;
  for (const auto& entry : view.items) *reply.add_items() = to_proto(entry);
  reply.set_next_page_token(view.next_page_token);
  reply.set_unread_count(view.unread);
  co_return reply;
}

Task<v1::InboxMessage> NotificationHandler::read_inbox_message(
    rpc::Call& call, const v1::ReadInboxMessageRequest& request) {
  co_return to_proto(co_await parts_.inbox.read(call, MessageId::from(request.id())));
}

Task<v1::ReadInboxReply> NotificationHandler::read_inbox(rpc::Call& call,
                                                         const v1::ReadInboxRequest&) {
  v1::ReadInboxReply reply;
  reply.set_read(co_await parts_.inbox.read_all(call));
  co_return reply;
}

Task<v1::Preferences> NotificationHandler::get_preferences(rpc::Call& call,
                                                           const v1::GetPreferencesRequest&) {
  co_return to_proto(co_await parts_.preferences.of(call));
}

Task<v1::Preferences> NotificationHandler::set_preferences(
    rpc::Call& call, const v1::SetPreferencesRequest& request) {
  std::vector<Choice> changes;
  for (const auto& item : request.items()) {
    changes.push_back({item.kind(), item.channel(), item.enabled()});
  }
  co_return to_proto(co_await parts_.preferences.change(call, std::move(changes)));
}

Task<common::v1::File> NotificationHandler::show_unsubscribe(
    rpc::Call& call, const v1::UnsubscribeRequest& request) {
  co_return html(co_await parts_.unsubscribing.show(call, request.token()));
}

Task<common::v1::File> NotificationHandler::unsubscribe(rpc::Call& call,
                                                        const v1::UnsubscribeRequest& request) {
  co_return html(co_await parts_.unsubscribing.unsubscribe(call, request.token()));
}

Task<v1::PushKey> NotificationHandler::get_push_key(rpc::Call&, const v1::GetPushKeyRequest&) {
  v1::PushKey reply;
  reply.set_public_key(parts_.channels.push_key());
  co_return reply;
}

Task<v1::PushDevice> NotificationHandler::register_device(
    rpc::Call& call, const v1::RegisterDeviceRequest& request) {
  co_return to_proto(co_await parts_.devices.add(
      call, {.platform = request.platform() == "web" ? Platform::web : Platform::fcm,
             .endpoint = request.endpoint(),
             .p256dh = request.keys().p256dh(),
             .auth = request.keys().auth(),
             .token = request.token(),
             .name = request.name()}));
}

Task<v1::ListDevicesReply> NotificationHandler::list_devices(rpc::Call& call,
                                                             const v1::ListDevicesRequest&) {
  v1::ListDevicesReply reply;
  for (const auto& device : co_await parts_.devices.list(call)) {
    *reply.add_items() = to_proto(device);
  }
  co_return reply;
}

Task<common::v1::Nothing> NotificationHandler::remove_device(
    rpc::Call& call, const v1::RemoveDeviceRequest& request) {
  co_await parts_.devices.remove(call, DeviceId::from(request.id()));
  co_return common::v1::Nothing{};
}

Task<v1::LiveEvents> NotificationHandler::follow_events(rpc::Call& call,
                                                        const v1::FollowEventsRequest& request) {
  co_return to_proto(co_await parts_.inbox.follow(call, request.after()));
}

Task<v1::LiveEvents> NotificationHandler::list_live_events(
    rpc::Call& call, const v1::ListLiveEventsRequest& request) {
  co_return to_proto(co_await parts_.inbox.follow_all(call, request.after()));
}

}  // namespace souk::notification
