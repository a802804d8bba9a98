#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "redis/address.hpp"
#include "redis/reply.hpp"
#include "runtime/task.hpp"

struct redisAsyncContext;

namespace souk::redis::detail {

using Deadline = std::chrono::steady_clock::time_point;

/// One hiredis connection on one event loop, from open() to its end; there is no way back. hiredis asks
/// through its hooks to be told when the socket is ready, and we tell it; it is never in use by two
/// threads. Once open it keeps itself alive until it is closed, by either side.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// What a subscription brings: "subscribe" with the channel, "message" with channel and text. Called
  /// in the middle of hiredis's work, through C: it may take notes and post, and throws nothing.
  using OnPush = std::function<void(const Reply::Items&)>;

  explicit Connection(boost::asio::any_io_executor loop);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Connects, authenticates, selects the database and hears a PING answered. Once. Throws like command().
  Task<> open(Address address, Deadline deadline);

  /// One command; those sent meanwhile share the round trip. Gives back error replies too. Throws
  /// Error{unavailable} when the connection is or gets lost, or when too much is under way;
  /// Error{deadline_exceeded}, after which nobody knows whether Redis did it.
  Task<Reply> command(Deadline deadline, std::vector<std::string> words);

  /// From here on it is for subscriptions alone. `on_push` lives as long as this.
  void subscribe(std::span<const std::string> channels, const OnPush& on_push);

  bool is_open() const { return context_ != nullptr; }
  /// Whoever waits hears that it was lost. Not from inside `on_push`.
  void close();
  /// Until it has closed, or `until`.
  Task<> closed(Deadline until);

 private:
  struct Answer;
  struct Hooks;  // the functions that hiredis calls

  Task<std::string> resolve(std::string host, Deadline deadline);
  Task<> greet(Deadline deadline, std::vector<std::string> words);
  void connect(const std::string& ip, std::uint16_t port);
  void send(std::span<const std::string> words, const std::shared_ptr<Answer>& answer);
  void wait_to_read();
  void wait_to_write();
  void on_answer(Answer& answer, const redisReply* reply);
  void on_closed();
  void on_missed();

  boost::asio::any_io_executor loop_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer closed_;
  redisAsyncContext* context_ = nullptr;             // freed by hiredis itself when it hangs up
  bool wants_read_ = false, wants_write_ = false;    // what hiredis asked for
  bool awaits_read_ = false, awaits_write_ = false;  // what the reactor was asked for
  std::size_t under_way_ = 0;
  int missed_ = 0;  // deadlines in a row
};

}  // namespace souk::redis::detail
