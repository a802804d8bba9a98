#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/uuid.hpp"
#include "internal/clients/notification_client.hpp"
#include "middleware/metrics.hpp"
#include "runtime/job.hpp"
#include "runtime/module.hpp"

namespace souk::gateway {

/// A place among the live events, as notification-service gives it out: "transaction-number".
struct LivePosition {
  std::uint64_t transaction = 0;
  std::uint64_t number = 0;
  auto operator<=>(const LivePosition&) const = default;

  /// Zeros for what is no position.
  static LivePosition read(std::string_view text);
};

/// One client that looks on. Its stream runs on an HTTP loop; what is for it comes from the module's loop.
class LiveSubscriber {
 public:
  LiveSubscriber(boost::asio::any_io_executor loop, UserId user)
      : loop_(std::move(loop)), woken_(loop_), user_(user) {}

  /// On its own loop: waits for something to happen, until `when` at the latest.
  Task<> wait(std::chrono::steady_clock::time_point when);
  std::deque<notification::v1::LiveEvent> take() { return std::exchange(queue_, {}); }
  /// It did not keep up, or the gateway stops: the client is to come again.
  bool over() const { return over_; }

  const UserId& user() const { return user_; }

 private:
  friend class LiveStreams;
  void put(notification::v1::LiveEvent event);
  void end();

  boost::asio::any_io_executor loop_;
  boost::asio::steady_timer woken_;
  UserId user_;
  std::deque<notification::v1::LiveEvent> queue_;
  bool over_ = false;
};

/// Who looks on at this replica of the gateway, and what happens to them: asks notification-service for what is
/// new twice a second, and hands it to whom it concerns. Replicas do so each for itself, so no event has to
/// find the replica that its user looks at, and nothing but notification-service's database has to be shared.
///
/// Owned by the Gateway. join() and leave() are for any thread; the rest is for the module's loop.
class LiveStreams {
 public:
  explicit LiveStreams(const runtime::ModuleContext& context);

  void start() { job_.start(); }
  /// Every stream ends soon, and no other begins.
  void close();
  Task<> stop() { return job_.stop(); }

  /// A place among those who look on, until leave(). Throws Error{unavailable} where there is none or the
  /// gateway stops, Error{rate_limited, "too_many_streams"} where the user has enough of them. What
  /// missed() does not tell from now on, the subscriber gets.
  std::shared_ptr<LiveSubscriber> join(boost::asio::any_io_executor loop, const UserId& user);
  void leave(const std::shared_ptr<LiveSubscriber>& subscriber);
  /// What the caller has missed since `after`, a page of it. From any loop.
  Task<notification::v1::LiveEvents> missed(rpc::Call call, std::string after) const;

 private:
  Task<> poll();
  Task<> read_on();
  bool anybody() const;
  void hand_out(const notification::v1::LiveEvent& event);

  runtime::ModuleContext context_;
  NotificationClient notifications_;
  std::size_t most_;
  prometheus::Gauge& open_;
  std::string position_;  ///< complete up to here; empty: not known yet
  runtime::Job job_;

  mutable std::mutex mutex_;  // guards what follows
  bool closed_ = false;
  bool ready_ = false;  ///< position_ is known: from now on nothing is missed
  std::size_t count_ = 0;
  std::map<UserId, std::set<std::shared_ptr<LiveSubscriber>>> by_user_;
};

}  // namespace souk::gateway
