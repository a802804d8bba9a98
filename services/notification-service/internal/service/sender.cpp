#include "internal/service/sender.hpp"

#include <algorithm>
#include <map>

#include <prometheus/counter.h>

#include "core/failpoint.hpp"
#include "internal/repository/bounce_repository.hpp"
#include "runtime/task_group.hpp"

namespace souk::notification {
namespace {

using namespace std::chrono_literals;

constexpr int kBatch = 50;
/// Handed over and not begun; the next ones wait in the database. A sender that is killed holds them up until
/// their lease is over.
constexpr std::size_t kMostTaken = 200;
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
      job_(context.loop, context.log, "sending messages", kPoll, [this] { return work(); }) {}

Task<> Sender::stop() {
  stopping_ = true;
  co_await job_.stop();
  try {
    co_await give_back();
  } catch (const std::exception& error) {
    context_.log.warn("messages wait until their lease is over",
                      {{"reason", std::string_view{error.what()}}});
  }
}

void Sender::wake() {
  next_look_ = {};
  job_.wake();
}

std::optional<Time> Sender::lease() const {
  if (stopping_ || taken_.size() >= kMostTaken) return std::nullopt;
  return lease_end();
}

void Sender::take(std::vector<DueMessage> mails, Time lease_until) {
  for (auto& mail : mails) taken_.push_back({std::move(mail), lease_until});
  job_.wake();
}

/// A sender that died gives its messages back after it; one that lives leaves those for which there is no
/// time left within it.
Time Sender::lease_end() const { return context_.clock.now() + 2 * send_time_; }

Task<> Sender::work() {
  while (!stopping_ && !taken_.empty()) co_await send_taken();
  if (context_.clock.now() < next_look_) co_return;
  next_look_ = context_.clock.now() + kPoll;
  co_await send_due();
}

Task<> Sender::send_taken() {
  std::vector<Taken> batch;
  while (!taken_.empty() && batch.size() < kBatch) {
    batch.push_back(std::move(taken_.front()));
    taken_.pop_front();
  }
  co_await send_all(std::move(batch));
}

Task<> Sender::give_back() {
  std::map<TenantId, std::vector<MessageId>> left;
  for (const auto& taken : std::exchange(taken_, {}))
    left[taken.mail.tenant].push_back(taken.mail.id);
  for (const auto& [tenant, messages] : left) {
    const auto scope =
        rpc::Call::background(context_.name, kOwnTime, context_.random, tenant).scope();
    co_await repository::give_back(database_, scope, messages, context_.clock.now());
  }
}

Task<> Sender::send_due() {
  while (!stopping_ && co_await send_batch() == kBatch) {
  }
}

Task<std::size_t> Sender::send_batch() {
  const auto scope =
      rpc::Call::background(context_.name, send_time_, context_.random, kEveryTenant).scope();
  const auto lease_until = lease_end();
  auto due =
      co_await repository::lease_due(database_, scope, kBatch, context_.clock.now(), lease_until);
  std::vector<Taken> batch;
  for (auto& mail : due) batch.push_back({std::move(mail), lease_until});
  co_await send_all(std::move(batch));
  co_return due.size();
}

/// Side by side, so that what they note in the database shares a statement and a commit.
Task<> Sender::send_all(std::vector<Taken> mails) {
  runtime::TaskGroup sending{context_.loop};
  for (const auto& [mail, lease_until] : mails)
    sending.spawn(send_or_leave(mail, lease_until - send_time_));
  co_await sending.wait();
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
