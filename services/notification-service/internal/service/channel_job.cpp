#include "internal/service/channel_job.hpp"

#include <fmt/format.h>
#include <prometheus/counter.h>

#include "core/failpoint.hpp"
#include "internal/repository/channel_repository.hpp"
#include "runtime/task_group.hpp"

namespace souk::notification {
namespace {

using namespace std::chrono_literals;

constexpr int kChannelBatch = 20;
/// For one message: a provider that takes longer is down.
constexpr auto kChannelSendTime = 10s;
/// As the mails' Sender: one that died gives its messages back, one that lives leaves what it has no time for.
constexpr auto kChannelLease = 2 * kChannelSendTime;
constexpr auto kChannelPoll = 1s;

bool comes_back(const Error& error) {
  return error.kind == Kind::unavailable || error.kind == Kind::deadline_exceeded;
}

}  // namespace

ChannelJob::ChannelJob(const runtime::ModuleContext& context, database::Database& database,
                       ChannelSender& sender, std::int64_t per_second)
    : context_(context),
      database_(database),
      sender_(sender),
      policy_(retry_policy(sender.channel())),
      pace_(per_second),
      job_(context.loop, context.log, fmt::format("sending {}", name(sender.channel())),
           kChannelPoll, [this] { return send_due(); }) {}

Task<> ChannelJob::stop() {
  stopping_ = true;
  return job_.stop();
}

Task<> ChannelJob::send_due() {
  while (!stopping_ && co_await send_batch() == kChannelBatch) {
  }
}

Task<std::size_t> ChannelJob::send_batch() {
  const auto scope =
      rpc::Call::background(context_.name, kChannelSendTime, context_.random, kEveryTenant).scope();
  const auto now = context_.clock.now();
  const auto room = static_cast<int>(std::min<std::int64_t>(kChannelBatch, pace_.room(now)));
  if (room == 0) co_return 0;
  const auto due = co_await repository::lease_channel(database_, scope, sender_.channel(), room,
                                                      now, now + kChannelLease);
  runtime::TaskGroup sending{context_.loop};
  for (const auto& message : due) {
    sending.spawn(send_or_leave(message, now + kChannelLease - kChannelSendTime));
  }
  co_await sending.wait();
  co_return due.size();
}

Task<> ChannelJob::send_or_leave(const ChannelDue& message, Time begin_by) {
  if (context_.clock.now() > begin_by) co_return;
  try {
    co_await send(message);
  } catch (const std::exception& error) {
    context_.log.warn("a message's outcome could not be noted",
                      {{"message", message.id.str()}, {"reason", error.what()}});
  }
}

Task<> ChannelJob::send(const ChannelDue& message) {
  const auto scope =
      rpc::Call::background(context_.name, kChannelSendTime, context_.random, message.tenant)
          .scope();
  if (const auto wait = pace_.take(context_.clock.now()); wait > wait.zero()) {
    co_await repository::note_not_sent(database_, scope, message.id, "",
                                       context_.clock.now() + wait, false);
    co_return;
  }
  std::optional<Error> failure;
  Sent sent;
  try {
    sent = co_await sender_.send(message, scope);
    SOUK_FAILPOINT("notification.before_record_sent", scope.deadline);
  } catch (const Error& error) {
    failure = error;
  }
  if (failure) {
    co_await note_failure(message, scope, *failure);
    co_return;
  }
  co_await repository::note_sent(database_, scope, message.id, sent.recipient, sent.subject,
                                 context_.clock.now());
  count(message, "sent");
}

Task<> ChannelJob::note_failure(const ChannelDue& message, database::Scope scope,
                                const Error& error) {
  const auto now = context_.clock.now();
  const auto asked = error.retry_after.value_or(0s);
  const bool too_much = error.kind == Kind::rate_limited;
  if (too_much) pace_.hold(now + std::max<std::chrono::seconds>(asked, policy_.first));
  const bool again = too_much || (comes_back(error) && message.attempts + 1 < policy_.max_attempts);
  const auto next =
      again ? std::optional{now + std::max(policy_.pause(message.attempts), asked)} : std::nullopt;
  // Being told to wait is no attempt: however long it lasts, the message is still good.
  co_await repository::note_not_sent(database_, scope, message.id, error.detail, next, !too_much);
  if (!again) count(message, "failed");
}

void ChannelJob::count(const ChannelDue& message, const char* outcome) {
  context_.metrics
      .counter("souk_channel_messages_total", "Messages on channels beside e-mail, by outcome",
               {{"channel", std::string{name(sender_.channel())}},
                {"kind", message.kind},
                {"outcome", outcome}})
      .Increment();
}

}  // namespace souk::notification
