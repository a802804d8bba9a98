#include "internal/service/sender.hpp"

#include <algorithm>

#include <prometheus/counter.h>

#include "core/failpoint.hpp"
#include "internal/repository/bounce_repository.hpp"
#include "runtime/task_group.hpp"

namespace souk::notification {
namespace {

using namespace std::chrono_literals;

constexpr int kBatch = 50;
/// What a message takes beside its provider: the database, before and after.
constexpr auto kOwnTime = 1s;
/// A wake-up that was lost (another replica's event) costs this much.
constexpr auto kPoll = 1s;

}  // namespace

Sender::Sender(const runtime::ModuleContext& context, database::Database& database,
               const TemplateSet& templates, MailProvider& provider, const UnsubscribeLinks& links)
    : context_(context),
      database_(database),
      templates_(templates),
      provider_(provider),
      links_(links),
      send_time_(provider.time_limit() + kOwnTime),
      sent_(context.loop,
            [this](TenantId tenant, std::vector<repository::Dispatch> dispatches) {
              return note_sent(tenant, std::move(dispatches));
            }),
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
      rpc::Call::background(context_.name, send_time_, context_.random, kEveryTenant).scope();
  const auto now = context_.clock.now();
  // A sender that died gives its messages back after it; one that lives leaves those for which there is
  // no time left within it.
  const auto lease_until = now + 2 * send_time_;
  const auto due = co_await repository::lease_due(database_, scope, kBatch, now, lease_until);
  // Side by side, so that what they note in the database shares a statement and a commit.
  runtime::TaskGroup sending{context_.loop};
  for (const auto& message : due) {
    sending.spawn(send_or_leave(message, lease_until - send_time_));
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
      rpc::Call::background(context_.name, send_time_, context_.random, message.tenant).scope();
  std::optional<Error> failure;
  std::string subject;
  try {
    const auto mail = compose(message);
    subject = mail.subject;
    co_await provider_.send(mail);
    SOUK_FAILPOINT("notification.before_record_sent", scope.deadline);
  } catch (const Error& error) {
    failure = error;
  }
  if (failure) {
    co_await note_failure(scope, message, *failure);
    co_return;
  }
  co_await sent_.submit(message.tenant, {message.id, message.email, subject, context_.clock.now()},
                        scope.deadline);
  count(message, "sent");
}

Task<std::vector<std::monostate>> Sender::note_sent(TenantId tenant,
                                                    std::vector<repository::Dispatch> dispatches) {
  const auto scope =
      rpc::Call::background(context_.name, kOwnTime, context_.random, tenant).scope();
  co_await repository::mark_sent(database_, scope, dispatches);
  co_return std::vector<std::monostate>(dispatches.size());
}

Mail Sender::compose(const DueMessage& message) const {
  // The account's own event may still be on its way.
  if (message.email.empty()) throw unavailable("The recipient is not known yet.");
  if (message.bounced) {
    throw Error{Kind::conflict, "address_bounced", "The address has bounced before."};
  }
  auto data = message.data;
  if (link_is_over(message, context_.clock.now())) {
    if (std::ranges::find(kLinkMails, message.kind) != kLinkMails.end()) {
      throw Error{Kind::conflict, "link_is_over", "Its link was over before it could be sent."};
    }
    data.erase(kSecretLink);
  }
  if (!message.full_name.empty()) data["name"] = message.full_name;
  auto unsubscribe_url = links_.url(message);
  if (!unsubscribe_url.empty()) data["unsubscribe_url"] = unsubscribe_url;
  auto rendered = templates_.render(message.kind, data, message.locale);
  return {.id = message.id.str(),
          .recipient = message.email,
          .recipient_name = message.full_name,
          .subject = std::move(rendered.subject),
          .text = std::move(rendered.text),
          .html = std::move(rendered.html),
          .unsubscribe_url = std::move(unsubscribe_url)};
}

Task<> Sender::note_failure(database::Scope scope, const DueMessage& message,
                            const Error& failure) {
  const auto now = context_.clock.now();
  if (failure.kind == Kind::rate_limited) {
    const auto next = now + failure.retry_after.value_or(1s);
    co_await repository::put_back(database_, scope, message, failure.detail, next);
    count(message, "put_back");
    co_return;
  }
  if (failure.code == "no_such_address") {
    co_await repository::save_bounce(database_, scope, {message.email, failure.detail, now});
  }
  const bool may_work_later =
      failure.kind == Kind::unavailable || failure.kind == Kind::deadline_exceeded;
  const bool again = may_work_later && message.attempts + 1 < kMaxAttempts;
  const auto next = again ? std::optional{now + retry_pause(message.attempts)} : std::nullopt;
  co_await repository::mark_failed(database_, scope, message, failure.detail, next);
  if (!again) count(message, "failed");
}

}  // namespace souk::notification
