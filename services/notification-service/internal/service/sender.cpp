#include "internal/service/sender.hpp"

#include <prometheus/counter.h>

#include "core/failpoint.hpp"
#include "runtime/task_group.hpp"

namespace souk::notification {
namespace {

using namespace std::chrono_literals;

constexpr int kBatch = 50;
/// For one message, its database included.
constexpr auto kSendTime = 10s;
/// A sender that died gives its messages back after it; one that lives leaves those for which there is
/// no time left within it.
constexpr auto kLease = 2 * kSendTime;
/// A wake-up that was lost (another replica's event) costs this much.
constexpr auto kPoll = 1s;

}  // namespace

Sender::Sender(const runtime::ModuleContext& context, database::Database& database,
               const TemplateSet& templates, MailProvider& provider)
    : context_(context),
      database_(database),
      templates_(templates),
      provider_(provider),
      job_(context.loop, context.log, "sending messages", kPoll, [this] { return send_due(); }) {}

Task<> Sender::stop() {
  stopping_ = true;
  return job_.stop();
}

Task<> Sender::send_due() {
  while (!stopping_ && co_await send_batch() == kBatch) {
  }
}

Task<std::size_t> Sender::send_batch() {
  const auto scope =
      rpc::Call::background(context_.name, kSendTime, context_.random, kEveryTenant).scope();
  const auto now = context_.clock.now();
  const auto due = co_await repository::lease_due(database_, scope, kBatch, now, now + kLease);
  // Side by side, so that what they note in the database shares its commits.
  runtime::TaskGroup sending{context_.loop};
  for (const auto& message : due) {
    sending.spawn(send_or_leave(message, now + kLease - kSendTime));
  }
  co_await sending.wait();
  co_return due.size();
}

/// What is left, or cannot be noted now, is sent after its lease.
Task<> Sender::send_or_leave(const DueMessage& message, Time begin_by) {
  if (context_.clock.now() > begin_by) co_return;
  try {
    co_await send(message);
  } catch (const std::exception& error) {
    context_.log.warn("a message's outcome could not be noted",
                      {{"message", message.id.str()}, {"reason", error.what()}});
  }
}

void Sender::count(const DueMessage& message, const char* outcome) {
  context_.metrics
      .counter("souk_messages_total", "Messages by outcome",
               {{"kind", message.kind}, {"outcome", outcome}})
      .Increment();
}

Task<> Sender::send(const DueMessage& message) {
  const auto scope =
      rpc::Call::background(context_.name, kSendTime, context_.random, message.tenant).scope();
  std::string failure;
  std::string subject;
  bool may_work_later = true;
  try {
    // The account's own event may still be on its way.
    if (message.email.empty()) throw unavailable("The recipient is not known yet.");
    auto data = message.data;
    data["name"] = message.full_name;
    auto rendered = templates_.render(message.kind, data);
    subject = rendered.subject;
    co_await provider_.send({.id = message.id.str(),
                             .recipient = message.email,
                             .recipient_name = message.full_name,
                             .subject = rendered.subject,
                             .text = std::move(rendered.text),
                             .html = std::move(rendered.html)});
    SOUK_FAILPOINT("notification.before_record_sent", scope.deadline);
  } catch (const Error& error) {
    failure = error.detail;
    may_work_later = error.kind == Kind::unavailable || error.kind == Kind::deadline_exceeded;
  }
  const auto now = context_.clock.now();
  if (failure.empty()) {
    co_await repository::mark_sent(database_, scope, message, subject, now);
    count(message, "sent");
    co_return;
  }
  const bool again = may_work_later && message.attempts + 1 < kMaxAttempts;
  const auto next = again ? std::optional{now + retry_pause(message.attempts)} : std::nullopt;
  co_await repository::mark_failed(database_, scope, message, failure, next);
  if (!again) count(message, "failed");
}

}  // namespace souk::notification
