#include <algorithm>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/detail/connection.hpp"

namespace souk::http::detail {
namespace {

namespace asio = boost::asio;

/// How long handlers that are cut short get to say so, and aborted ones to unwind.
constexpr std::chrono::milliseconds kUnwindTime{200};

/// Deadlines are seen at most a quarter of the shortest one late; a quarter of a second at the
/// most.
std::chrono::milliseconds watch_period(const ServerSettings& settings) {
  const auto shortest = std::min({settings.header_timeout, settings.body_timeout,
                                  settings.write_timeout, settings.idle_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds{5}, std::chrono::milliseconds{250});
}

void append_two_digits(std::string& text, int number) {
  text += static_cast<char>('0' + number / 10);
  text += static_cast<char>('0' + number % 10);
}

/// RFC 9110's IMF-fixdate; strftime would follow the locale.
std::string format_date_line(std::time_t second) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&second, &utc);
  std::string line = "Date: ";
  line.append(kDays[utc.tm_wday]).append(", ");
  append_two_digits(line, utc.tm_mday);
  line.append(" ").append(kMonths[utc.tm_mon]).append(" ");
  line.append(std::to_string(utc.tm_year + 1900)).append(" ");
  append_two_digits(line, utc.tm_hour);
  line += ':';
  append_two_digits(line, utc.tm_min);
  line += ':';
  append_two_digits(line, utc.tm_sec);
  return line.append(" GMT\r\n");
}

Task<> serve_connection(std::shared_ptr<Shard> shard, Socket socket,
                        std::shared_ptr<asio::cancellation_signal> abort, bool refuse) {
  Connection connection{std::move(shard), std::move(socket), std::move(abort)};
  co_await (refuse ? connection.run_refused() : connection.run());
}

}  // namespace

Shard::Shard(asio::io_context& loop, std::shared_ptr<ServerContext> context)
    : loop_(loop), context_(std::move(context)), tick_(loop), emptied_(loop) {}

std::string_view Shard::date_line() {
  const auto now = std::chrono::floor<std::chrono::seconds>(context_->clock.now());
  const std::time_t second = now.time_since_epoch().count();
  if (second != date_second_ || date_line_.empty()) {
    date_second_ = second;
    date_line_ = format_date_line(second);
  }
  return date_line_;
}

void Shard::serve(Socket socket, bool refuse) {
  auto abort = std::make_shared<asio::cancellation_signal>();
  // The handler holds the signal: it must outlive the slot. What ends a connection by an exception
  // is a broken socket or an abort, and there is nobody to tell.
  asio::co_spawn(loop_, serve_connection(shared_from_this(), std::move(socket), abort, refuse),
                 asio::bind_cancellation_slot(abort->slot(), [abort](std::exception_ptr) {}));
}

Task<> Shard::watch() {
  const auto period = watch_period(context_->settings);
  while (!draining_ || !connections_.empty()) {
    tick_.expires_after(period);
    boost::system::error_code woken;
    co_await tick_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const auto now = Steady::now();
    for (auto* connection : connections_) connection->check_deadline(now);
  }
}

void Shard::begin_drain() {
  leaving_ = draining_ = true;
  for (auto* connection : connections_) connection->close_if_idle();
}

Task<bool> Shard::finish_drain(Steady::time_point deadline) {
  co_await wait_until_empty(deadline);
  const bool clean = connections_.empty();
  if (!clean) {
    for (auto* connection : connections_) connection->cut_short();
    co_await wait_until_empty(Steady::now() + kUnwindTime);
    abort_all();
    co_await wait_until_empty(Steady::now() + kUnwindTime);
  }
  tick_.cancel();  // nothing is left to watch
  co_return clean;
}

void Shard::abort_all() {
  draining_ = aborting_ = true;
  for (auto* connection : connections_) connection->abort();
  tick_.cancel();
}

Task<> Shard::wait_until_empty(Steady::time_point deadline) {
  while (!connections_.empty() && Steady::now() < deadline) {
    emptied_.expires_at(deadline);
    boost::system::error_code woken;
    co_await emptied_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

void Shard::enter(Connection& connection) { connections_.insert(&connection); }

void Shard::leave(Connection& connection) {
  connections_.erase(&connection);
  context_->open.fetch_sub(1);
  if (draining_ && connections_.empty()) emptied_.cancel();
}

}  // namespace souk::http::detail
