#pragma once

#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <unordered_set>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "http/detail/certificates.hpp"
#include "http/detail/head.hpp"
#include "http/server.hpp"

namespace souk::http::detail {

using Steady = std::chrono::steady_clock;
using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// What all loops of one server share. After the start only `open` changes.
struct ServerContext {
  const Clock& clock;
  ServerSettings settings;
  HeadLimits head_limits;
  Handler handler;
  std::atomic<std::size_t> open = 0;
  std::unique_ptr<Certificates> certificates = nullptr;  ///< null: plain HTTP
};

class Connection;

/// One loop's part of a server: its connections, and the one timer that watches all their deadlines
/// (a timer per request would cost more than the request). Lives on its loop; kept alive by the
/// server and by each connection.
class Shard : public std::enable_shared_from_this<Shard> {
 public:
  Shard(boost::asio::io_context& loop, std::shared_ptr<ServerContext> context);

  boost::asio::io_context& loop() { return loop_; }
  ServerContext& context() { return *context_; }
  /// Replies say that the connection ends with them.
  bool leaving() const { return leaving_; }
  bool draining() const { return draining_; }
  bool aborting() const { return aborting_; }

  /// "Date: …\r\n", made once a second.
  std::string_view date_line();

  /// Serves a fresh connection till it ends. `refuse`: only to say that the server is full.
  void serve(Socket socket, bool refuse);

  /// Looks at the deadlines from time to time, until the drain is over.
  Task<> watch();

  void give_notice() { leaving_ = true; }
  void begin_drain();
  /// Waits for the last connection until `deadline`, then has the handlers cut short, then aborts. True if
  /// there was nothing to cut short.
  Task<bool> finish_drain(Steady::time_point deadline);
  void abort_all();

 private:
  friend class Connection;
  void enter(Connection& connection);
  void leave(Connection& connection);
  Task<> wait_until_empty(Steady::time_point deadline);

  boost::asio::io_context& loop_;
  std::shared_ptr<ServerContext> context_;
  std::unordered_set<Connection*> connections_;
  boost::asio::steady_timer tick_;
  boost::asio::steady_timer emptied_;
  bool leaving_ = false;
  bool draining_ = false;
  bool aborting_ = false;
  std::time_t date_second_ = 0;
  std::string date_line_;
};

/// One client's connection: reads a request, has it handled, writes the reply, again. Lives in the
/// coroutine that serves it and ends with that; single-threaded on its loop.
class Connection {
  class StreamWriter;

 public:
  Connection(std::shared_ptr<Shard> shard, Socket socket,
             std::shared_ptr<boost::asio::cancellation_signal> abort);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Task<> run();
  Task<> run_refused();

  // For the shard.
  void check_deadline(Steady::time_point now);
  void close_if_idle();
  void cut_short();
  void abort();

 private:
  using Received = std::expected<Framing, Refusal>;

  Task<bool> shake_hands();
  Task<bool> serve_one();
  Task<Received> receive();
  Task<std::optional<Refusal>> read_head(std::size_t& size);
  Task<std::optional<Refusal>> admit_body(const Framing& framing, std::size_t head_size);
  Task<std::optional<Refusal>> read_body();
  Task<bool> read_more(std::size_t most);
  Task<Response> handle();
  Task<Response> answer();
  Task<bool> write(const Response& response, bool keep_alive);
  Task<bool> write_all(std::string_view first, std::string_view second);
  Task<> write_stream(const Response& response);
  Task<> refuse(Refusal refusal);
  Task<> linger();

  void write_head(const Response& response, bool keep_alive);
  Response error_reply(const Error& error, int status) const;
  Refusal ended_early() const;
  std::string_view buffered() const;
  std::size_t body_limit() const;
  std::chrono::milliseconds time_for(std::size_t bytes) const;
  void allow(std::chrono::milliseconds time);
  void cancel_io();

  std::shared_ptr<Shard> shard_;
  Socket socket_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;  ///< empty: plain HTTP
  std::shared_ptr<boost::asio::cancellation_signal> abort_;
  boost::beast::flat_buffer buffer_;
  HeadScanner scanner_;
  Request request_;
  std::string head_out_;
  Steady::time_point deadline_ = Steady::time_point::max();
  bool timed_out_ = false;
  bool idle_ = false;  ///< nothing of a request has arrived
  bool fresh_ = true;  ///< no request yet on this connection
  bool http_1_0_ = false;
  bool handling_ = false;
};

}  // namespace souk::http::detail
