#include "internal/handler/notification_handler.hpp"

#include "runtime/proto_values.hpp"

namespace souk::notification {
namespace {

v1::Message to_proto(const SentMessage& message) {
  v1::Message proto;
  proto.set_id(message.id.str());
  proto.set_user_id(message.user.str());
  proto.set_kind(message.kind);
  proto.set_channel(message.channel);
  proto.set_recipient(message.recipient);
  proto.set_subject(message.subject);
  proto.set_status(message.status);
  proto.set_attempts(message.attempts);
  *proto.mutable_created_at() = rpc::to_proto(message.created_at);
  if (message.sent_at) *proto.mutable_sent_at() = rpc::to_proto(*message.sent_at);
  return proto;
}

}  // namespace

NotificationHandler::NotificationHandler(const runtime::ModuleContext& context,
                                         MessageHistory& history)
    : history_(history),
      service_("souk.notification.v1.NotificationService", context.loop, context.wire,
               context.log) {
  service_.bind("ListMessages", this, &NotificationHandler::list_messages);
}

Task<v1::ListMessagesReply> NotificationHandler::list_messages(
    rpc::Call& call, const v1::ListMessagesRequest& request) {
  const int size = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize;
  const auto page = co_await history_.list(call, request.status(), request.page_token(), size);
  v1::ListMessagesReply reply;
  for (const auto& message : page.items) *reply.add_items() = to_proto(message);
  reply.set_next_page_token(page.next_page_token);
  co_return reply;
}

}  // namespace souk::notification
