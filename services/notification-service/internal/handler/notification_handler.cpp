#include "internal/handler/notification_handler.hpp"

#include "internal/service/template_preview.hpp"
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
  proto.set_last_error(message.last_error);
  if (message.sent_at) *proto.mutable_sent_at() = rpc::to_proto(*message.sent_at);
  return proto;
}

}  // namespace

NotificationHandler::NotificationHandler(const runtime::ModuleContext& context, Parts parts)
    : parts_(parts),
      service_("souk.notification.v1.NotificationService", context.loop, context.wire,
               context.log) {
  service_.bind("ListMessages", this, &NotificationHandler::list_messages);
  service_.bind("RetryMessage", this, &NotificationHandler::retry_message);
  service_.bind("ListTemplates", this, &NotificationHandler::list_templates);
  service_.bind("PreviewTemplate", this, &NotificationHandler::preview_template);
  service_.bind("ListBounces", this, &NotificationHandler::list_bounces);
  service_.bind("ForgetBounce", this, &NotificationHandler::forget_bounce);
  bind_channels();
}

Task<v1::ListMessagesReply> NotificationHandler::list_messages(
    rpc::Call& call, const v1::ListMessagesRequest& request) {
  const int size = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize;
  const auto page = co_await parts_.history.list(call,
                                                 {.status = request.status(),
                                                  .recipient = request.recipient(),
                                                  .channel = request.channel(),
                                                  .kind = request.kind()},
                                                 request.page_token(), size);
  v1::ListMessagesReply reply;
  for (const auto& message : page.items) *reply.add_items() = to_proto(message);
  reply.set_next_page_token(page.next_page_token);
  co_return reply;
}

Task<v1::ListTemplatesReply> NotificationHandler::list_templates(rpc::Call&,
                                                                 const v1::ListTemplatesRequest&) {
  v1::ListTemplatesReply reply;
  for (const auto& info : parts_.templates.list()) {
    auto& item = *reply.add_items();
    item.set_kind(info.kind);
    for (const auto& locale : info.locales) item.add_locales(locale);
    for (const auto& file : info.own_files) item.add_own_files(file);
  }
  co_return reply;
}

Task<v1::PreviewTemplateReply> NotificationHandler::preview_template(
    rpc::Call&, const v1::PreviewTemplateRequest& request) {
  auto mail = preview(parts_.templates, request.kind(), request.locale());
  v1::PreviewTemplateReply reply;
  reply.set_subject(std::move(mail.subject));
  reply.set_text(std::move(mail.text));
  reply.set_html(std::move(mail.html));
  co_return reply;
}

Task<v1::ListBouncesReply> NotificationHandler::list_bounces(rpc::Call& call,
                                                             const v1::ListBouncesRequest&) {
  v1::ListBouncesReply reply;
  for (const auto& bounce : co_await parts_.history.bounces(call)) {
    auto& item = *reply.add_items();
    item.set_email(bounce.email);
    item.set_reason(bounce.reason);
    *item.mutable_bounced_at() = rpc::to_proto(bounce.bounced_at);
  }
  co_return reply;
}

Task<common::v1::Nothing> NotificationHandler::forget_bounce(
    rpc::Call& call, const v1::ForgetBounceRequest& request) {
  co_await parts_.history.forget_bounce(call, request.email());
  co_return common::v1::Nothing{};
}

Task<v1::Message> NotificationHandler::retry_message(rpc::Call& call,
                                                     const v1::RetryMessageRequest& request) {
  co_return to_proto(co_await parts_.history.retry(call, MessageId::from(request.id())));
}

}  // namespace souk::notification
