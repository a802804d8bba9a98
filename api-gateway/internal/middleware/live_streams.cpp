#include "internal/middleware/live_streams.hpp"

#include <charconv>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <prometheus/gauge.h>

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

/// What looks immediate to people; the question costs one look at an index.
constexpr auto kAskEvery = 500ms;
constexpr auto kAskTimeout = 2s;
/// Tabs and devices of one person; browsers open six connections to a host.
constexpr std::size_t kStreamsPerUser = 6;
/// What one person's orders never come to within the seconds that a slow client is given.
constexpr std::size_t kLongestQueue = 256;

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

LivePosition LivePosition::read(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  return {number_of(text.substr(0, dash)), number_of(text.substr(dash + 1))};
}

Task<> LiveSubscriber::wait(std::chrono::steady_clock::time_point when) {
  if (!queue_.empty() || over_) co_return;
  woken_.expires_at(when);
  boost::system::error_code woken;
  co_await woken_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
}

void LiveSubscriber::put(notification::v1::LiveEvent event) {
  if (queue_.size() >= kLongestQueue) return end();
  queue_.push_back(std::move(event));
  woken_.cancel();
}

void LiveSubscriber::end() {
  over_ = true;
  woken_.cancel();
}

LiveStreams::LiveStreams(const runtime::ModuleContext& context)
    : context_(context),
      notifications_(context.channel("notification-service")),
      most_(static_cast<std::size_t>(context.settings.integer("SOUK_LIVE_STREAMS"))),
      open_(
          context.metrics.gauge("souk_live_streams", "Clients that look on by event streams", {})),
      job_(context.loop, context.log, "asking what is new", kAskEvery, [this] { return poll(); }) {}

std::shared_ptr<LiveSubscriber> LiveStreams::join(boost::asio::any_io_executor loop,
                                                  const UserId& user) {
  const std::lock_guard lock{mutex_};
  if (closed_ || !ready_ || count_ >= most_) {
    throw unavailable("No more event streams at the moment.", 5s);
  }
  auto& own = by_user_[user];
  if (own.size() >= kStreamsPerUser) {
    Error error{Kind::rate_limited, "too_many_streams", "This account has enough event streams."};
    error.retry_after = 30s;
    throw error;
  }
  auto subscriber = std::make_shared<LiveSubscriber>(std::move(loop), user);
  own.insert(subscriber);
  open_.Set(static_cast<double>(++count_));
  return subscriber;
}

void LiveStreams::leave(const std::shared_ptr<LiveSubscriber>& subscriber) {
  const std::lock_guard lock{mutex_};
  const auto own = by_user_.find(subscriber->user());
  if (own == by_user_.end() || own->second.erase(subscriber) == 0) return;
  if (own->second.empty()) by_user_.erase(own);
  open_.Set(static_cast<double>(--count_));
}

void LiveStreams::close() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
  for (const auto& [user, subscribers] : by_user_) {
    for (const auto& one : subscribers) boost::asio::post(one->loop_, [one] { one->end(); });
  }
}

bool LiveStreams::anybody() const {
  const std::lock_guard lock{mutex_};
  return count_ > 0;
}

Task<notification::v1::LiveEvents> LiveStreams::missed(rpc::Call call, std::string after) const {
  notification::v1::FollowEventsRequest request;
  request.set_after(std::move(after));
  co_return co_await notifications_.follow_events(call, request);
}

Task<> LiveStreams::poll() {
  try {
    co_await read_on();
  } catch (const Error& error) {
    context_.log.debug("what is new cannot be asked", {{"reason", std::string_view{error.detail}}});
  }
}

// While nobody looks on, what happens is passed over unread. Who joins during such a question may know less than
// its answer skips: then the place before it is where to go on.
Task<> LiveStreams::read_on() {
  const auto call = rpc::Call::background(context_.name, kAskTimeout, context_.random);
  notification::v1::ListLiveEventsRequest request;
  if (!anybody()) {
    const auto now = co_await notifications_.list_live_events(call, request);
    const std::lock_guard lock{mutex_};
    if (count_ == 0) position_ = now.position();
    ready_ = true;
    co_return;
  }
  for (bool more = true; more;) {
    request.set_after(position_);
    const auto news = co_await notifications_.list_live_events(call, request);
    for (const auto& event : news.items()) hand_out(event);
    position_ = news.position();
    more = news.more();
  }
}

void LiveStreams::hand_out(const notification::v1::LiveEvent& event) {
  const auto user = UserId::from(event.user_id());
  const std::lock_guard lock{mutex_};
  const auto own = by_user_.find(user);
  if (own == by_user_.end()) return;
  for (const auto& one : own->second) {
    boost::asio::post(one->loop_, [one, event]() mutable { one->put(std::move(event)); });
  }
}

}  // namespace souk::gateway
