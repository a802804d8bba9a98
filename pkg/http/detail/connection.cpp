#include "http/detail/connection.hpp"

#include <charconv>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <netinet/tcp.h>

#include "http/detail/body.hpp"
#include "http/problem.hpp"

namespace souk::http::detail {
namespace {

namespace asio = boost::asio;

constexpr auto kOutcome = asio::as_tuple(asio::use_awaitable);

/// One read's worth: a usual request fits, an idle connection costs no more.
constexpr std::size_t kReadSize = 4 * 1024;
/// While a body comes in, larger reads are fewer.
constexpr std::size_t kBodyReadSize = 64 * 1024;
/// Above the largest head that is accepted (24 KB), with room for what follows it.
constexpr std::size_t kBufferLimit = 128 * 1024;

/// How much a client that has had its last reply may still send, and how long while we shut down.
constexpr std::size_t kLingerBytes = 256 * 1024;
constexpr std::chrono::milliseconds kDrainLingerTime{250};
constexpr std::chrono::milliseconds kLastRequestTime{1'000};  // of who has connected just before

/// A chunk's size and extensions, and the trailers: nothing useful is longer.
constexpr std::size_t kChunkLineLimit = 16 * 1024;

/// What the kernel may hold for a client beyond what that has taken: bounds the memory of a slow
/// reader, and makes "sent" mean sent (a send buffer grows to megabytes). Enough for a fast one.
using UnsentLimit = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;
constexpr int kUnsentLimit = 128 * 1024;

constexpr std::string_view kAllMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Statuses whose reply has no body by definition (RFC 9110 6.4.1).
bool bodyless(int status) { return status == 204 || status == 304; }

std::string_view digits(std::size_t number, std::array<char, 20>& room) {
  const auto end = std::to_chars(room.data(), room.data() + room.size(), number).ptr;
  return {room.data(), end};
}

Refusal nobody() { return {0, {Kind::malformed, "", ""}}; }

std::string address_of(const Socket& socket) {
  boost::system::error_code gone;
  const auto peer = socket.remote_endpoint(gone);
  return gone ? std::string{} : peer.address().to_string();
}

}  // namespace

Connection::Connection(std::shared_ptr<Shard> shard, Socket socket,
                       std::shared_ptr<asio::cancellation_signal> abort)
    : shard_(std::move(shard)),
      socket_(std::move(socket)),
      abort_(std::move(abort)),
      buffer_(kBufferLimit),
      scanner_(shard_->context().head_limits) {
  boost::system::error_code ignored;  // a socket that is gone already shows it at the first read
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.set_option(UnsentLimit{kUnsentLimit}, ignored);
  request_.peer_address = address_of(socket_);
  shard_->enter(*this);
}

Connection::~Connection() { shard_->leave(*this); }

Task<> Connection::run() {
  if (shard_->context().certificates && !co_await shake_hands()) co_return;
  while (co_await serve_one()) {
  }
}

/// Before anything else, within the time for a head. Who does not speak TLS is hung up on.
Task<bool> Connection::shake_hands() {
  const auto certificates = shard_->context().certificates->current();
  tls_.emplace(socket_, *certificates);
  allow(shard_->context().settings.header_timeout);
  const auto [failure] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kOutcome);
  co_return !failure && !timed_out_;
}

Task<> Connection::run_refused() {
  if (shard_->context().certificates) co_return;  // not worth a handshake
  Error full = unavailable("Too many connections.");
  full.code = "too_many_connections";
  co_await refuse({503, std::move(full)});
}

Task<bool> Connection::serve_one() {
  auto framing = co_await receive();
  if (!framing) {
    co_await refuse(std::move(framing.error()));
    co_return false;
  }
  deadline_ = Steady::time_point::max();  // the handler's own deadline bounds it
  const Response response = co_await handle();
  if (response.hang_up) co_return false;
  if (response.stream && !request_.head_only) {
    co_await write_stream(response);
    co_return false;
  }
  const bool keep_alive = framing->keep_alive && !shard_->leaving();
  const bool written = co_await write(response, keep_alive);
  if (written && !keep_alive) co_await linger();
  co_return (written && keep_alive);
}

Task<Connection::Received> Connection::receive() {
  request_.clear();
  std::size_t size = 0;
  if (auto refusal = co_await read_head(size)) co_return std::unexpected(*std::move(refusal));
  auto framing = parse_head(buffered().substr(0, size), shard_->context().head_limits, request_);
  if (!framing) co_return framing;
  http_1_0_ = framing->http_1_0;
  if (!framing->has_body()) {
    buffer_.consume(size);
    co_return framing;
  }
  if (auto refusal = co_await admit_body(*framing, size))
    co_return std::unexpected(*std::move(refusal));
  if (auto refusal = co_await read_body()) co_return std::unexpected(*std::move(refusal));
  co_return framing;
}

/// Until the blank line. Waiting for the first byte is idleness; from then on time runs.
Task<std::optional<Refusal>> Connection::read_head(std::size_t& size) {
  const auto& settings = shard_->context().settings;
  if (buffer_.size() == 0 && buffer_.capacity() > kReadSize) buffer_.shrink_to_fit();
  scanner_.reset();
  idle_ = buffer_.size() == 0;
  allow(idle_ && !fresh_ ? settings.idle_timeout : settings.header_timeout);
  if (shard_->draining()) close_if_idle();
  for (;;) {
    const auto found = scanner_.scan(buffered());
    if (!found) co_return found.error();
    if (*found) {
      size = **found;
      break;
    }
    if (timed_out_ || !co_await read_more(kReadSize)) co_return idle_ ? nobody() : ended_early();
    if (std::exchange(idle_, false) && !fresh_) allow(settings.header_timeout);
  }
  fresh_ = false;
  if (buffered().starts_with("\r\n")) {  // the blank line that the scanner has let pass
    buffer_.consume(2);
    size -= 2;
  }
  co_return std::nullopt;
}

/// Decides on the body before any of it is read, and lets a client that waits for that go on.
Task<std::optional<Refusal>> Connection::admit_body(const Framing& framing, std::size_t head_size) {
  if (framing.content_length.value_or(0) > body_limit()) co_return body_too_large();
  if (framing.expect_continue && buffer_.size() == head_size) {
    if (!co_await write_all("HTTP/1.1 100 Continue\r\n\r\n", {})) co_return nobody();
  }
  co_return std::nullopt;
}

Task<std::optional<Refusal>> Connection::read_body() {
  const auto& settings = shard_->context().settings;
  const auto started = Steady::now();
  std::size_t received = 0;
  BodyParser parser{body_limit()};
  for (;;) {
    const auto used = parser.feed(buffered());
    if (!used) co_return used.error();
    buffer_.consume(*used);
    received += *used;
    if (parser.done()) break;
    if (*used > 0 && buffer_.size() > 0) continue;
    if (buffer_.size() > kChunkLineLimit) co_return malformed("A chunk's header is too long.");
    deadline_ = started + settings.body_timeout + time_for(received);
    if (!co_await read_more(kBodyReadSize)) co_return ended_early();
  }
  request_.body = parser.take();
  co_return std::nullopt;
}

Task<bool> Connection::read_more(std::size_t most) {
  const auto room = buffer_.prepare(most);
  const auto [failure, size] = tls_ ? co_await tls_->async_read_some(room, kOutcome)
                                    : co_await socket_.async_read_some(room, kOutcome);
  buffer_.commit(size);
  co_return !failure && !timed_out_;
}

Task<Response> Connection::handle() {
  handling_ = true;
  auto response = co_await answer();
  handling_ = false;
  // A handler that was cut short has answered all the same, and its answer has to be sent.
  if (shard_->draining())
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  co_return response;
}

Task<Response> Connection::answer() {
  try {
    co_return co_await shard_->context().handler(request_);
  } catch (const Error& error) {
    co_return error_reply(error, http_status(error.kind));
  } catch (const std::exception& failure) {
    if (shard_->aborting()) throw;  // cut off by the end of the drain: there is no reply to make
    const auto error = was_cut_short(failure)
                           ? unavailable("The server is stopping.")
                           : Error{Kind::internal, "internal_error", failure.what()};
    co_return error_reply(error, http_status(error.kind));
  }
}

Task<bool> Connection::write(const Response& response, bool keep_alive) {
  write_head(response, keep_alive);
  const bool without_body = request_.head_only || bodyless(response.status);
  co_return co_await write_all(head_out_, without_body ? std::string_view{} : response.content());
}

/// A piece of a body, as a chunk where the client knows of chunks; to others the end of the connection is the
/// end of the body.
class Connection::StreamWriter final : public BodyWriter {
 public:
  explicit StreamWriter(Connection& connection) : connection_(connection) {}

  Task<bool> write(std::string_view bytes) override {
    if (bytes.empty() || failed_) co_return !failed_;
    const auto piece = connection_.http_1_0_ ? std::string{bytes}
                                             : fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
    failed_ = !co_await connection_.write_all(piece, {});
    connection_.deadline_ = Steady::time_point::max();
    co_return !failed_;
  }

  bool gone() override {
    if (failed_) return true;
    char byte = 0;
    boost::system::error_code state;
    const auto size =
        connection_.socket_.receive(asio::buffer(&byte, 1), Socket::message_peek, state);
    return state ? state != asio::error::would_block : size == 0;
  }

  Task<> finish() {
    if (!failed_ && !connection_.http_1_0_) co_await connection_.write_all("0\r\n\r\n", {});
  }

 private:
  Connection& connection_;
  bool failed_ = false;
};

Task<> Connection::write_stream(const Response& response) {
  write_head(response, false);
  if (!co_await write_all(head_out_, {})) co_return;
  deadline_ = Steady::time_point::max();
  StreamWriter writer{*this};
  handling_ = true;
  co_await response.stream(writer);
  handling_ = false;
  co_await writer.finish();
  co_await linger();
}

/// Tries at once and waits only when the socket is full: a usual reply costs one system call and no
/// turn of the loop. (Not so with TLS.)
Task<bool> Connection::write_all(std::string_view first, std::string_view second) {
  const auto started = Steady::now();
  std::size_t sent = 0;
  while (!first.empty() || !second.empty()) {
    boost::system::error_code failure;
    const std::array buffers{asio::buffer(first), asio::buffer(second)};
    const auto until = started + shard_->context().settings.write_timeout + time_for(sent);
    std::size_t size = 0;
    if (tls_) {
      deadline_ = until;
      std::tie(failure, size) = co_await tls_->async_write_some(buffers, kOutcome);
    } else {
      size = socket_.write_some(buffers, failure);
      if (failure == asio::error::would_block) {
        deadline_ = until;
        std::tie(failure) = co_await socket_.async_wait(Socket::wait_write, kOutcome);
      }
    }
    if (failure || timed_out_) co_return false;
    sent += size;
    const auto of_first = std::min(size, first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(size - of_first);
  }
  co_return true;
}

Task<> Connection::refuse(Refusal refusal) {
  if (refusal.status == 0) co_return;
  timed_out_ = false;  // the time was for reading; the reply has its own
  auto response = error_reply(refusal.error, refusal.status);
  if (refusal.status == 501) response.headers.set("Allow", kAllMethods);
  if (co_await write(response, false)) co_await linger();
}

Task<> Connection::linger() {
  boost::system::error_code failure;
  const auto time = shard_->context().settings.linger_time;
  allow(shard_->draining() ? std::min(time, kDrainLingerTime) : time);
  if (tls_) {
    co_await tls_->async_shutdown(kOutcome);
    tls_.reset();  // what still comes is of no interest
  }
  socket_.shutdown(Socket::shutdown_send, failure);
  for (std::size_t read = 0; !failure && read < kLingerBytes;) {
    buffer_.clear();
    if (!co_await read_more(kReadSize)) break;
    read += buffer_.size();
  }
}

void Connection::write_head(const Response& response, bool keep_alive) {
  std::array<char, 20> room;
  head_out_.assign("HTTP/1.1 ");
  head_out_.append(digits(static_cast<std::size_t>(response.status), room)).append(" ");
  head_out_.append(reason_phrase(response.status)).append("\r\n");
  head_out_.append(response.headers.wire()).append(shard_->date_line());
  if (response.stream && !http_1_0_) {
    head_out_.append("Transfer-Encoding: chunked\r\n");
  } else if (!response.stream && !bodyless(response.status)) {
    head_out_.append("Content-Length: ").append(digits(response.content().size(), room));
    head_out_.append("\r\n");
  }
  if (!keep_alive) head_out_.append("Connection: close\r\n");
  if (keep_alive && http_1_0_) head_out_.append("Connection: keep-alive\r\n");
  head_out_.append("\r\n");
}

Response Connection::error_reply(const Error& error, int status) const {
  const auto& custom = shard_->context().settings.error_reply;
  if (custom) return custom(request_, error, status);
  if (status == http_status(error.kind)) return problem(error, request_.path, {});
  return problem(status, error, request_.path, {});
}

Refusal Connection::ended_early() const {
  if (!timed_out_) return nobody();  // the client has gone
  return {408, {Kind::malformed, "request_timeout", "The request took too long to arrive."}};
}

std::string_view Connection::buffered() const {
  const auto data = buffer_.cdata();
  return {static_cast<const char*>(data.data()), data.size()};
}

std::size_t Connection::body_limit() const {
  return shard_->context().settings.body_limit(request_);
}

std::chrono::milliseconds Connection::time_for(std::size_t bytes) const {
  return std::chrono::milliseconds{bytes * 1000 / shard_->context().settings.least_rate};
}

void Connection::allow(std::chrono::milliseconds time) { deadline_ = Steady::now() + time; }

void Connection::check_deadline(Steady::time_point now) {
  if (now < deadline_) return;
  timed_out_ = true;
  cancel_io();
}

void Connection::close_if_idle() {
  boost::system::error_code gone;
  if (!idle_ || socket_.available(gone) > 0) return;  // a request is coming in
  if (fresh_) return allow(kLastRequestTime);         // who has just connected may still ask
  timed_out_ = true;
  cancel_io();
}

void Connection::cut_short() {
  if (handling_) abort_->emit(asio::cancellation_type::terminal);
}

void Connection::abort() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  abort_->emit(asio::cancellation_type::terminal);
}

void Connection::cancel_io() {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace souk::http::detail
