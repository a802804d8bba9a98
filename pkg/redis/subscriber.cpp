#include "redis/subscriber.hpp"

#include <span>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/error.hpp"

namespace souk::redis {
namespace asio = boost::asio;
namespace {

/// As for commands: slower is as good as away.
constexpr std::chrono::milliseconds kConfirmationTimeout{250};

}  // namespace

Subscriber::Subscriber(asio::any_io_executor loop, Address address,
                       std::vector<std::string> channels, Handlers handlers, Log& log,
                       Metrics& metrics, Random& random)
    : loop_(std::move(loop)),
      channels_(std::move(channels)),
      handlers_(std::move(handlers)),
      on_push_([this](const Reply::Items& items) { on_push(items); }),
      confirmation_(loop_),
      keeper_(
          loop_, std::move(address), "subscription",
          [this](detail::Connection& connection) { return greet(connection); },
          [this](detail::Connection& connection) { return beat(connection); }, log, metrics,
          random) {}

Task<> Subscriber::stop() {
  *alive_ = false;
  co_await keeper_.stop();
}

Task<> Subscriber::greet(detail::Connection& connection) {
  co_await subscribe(connection, channels_.size());
  if (*alive_) handlers_.on_connected();
}

// A connection that has subscribed takes no PING from hiredis 0.14; to subscribe again is answered, too.
Task<> Subscriber::beat(detail::Connection& connection) { return subscribe(connection, 1); }

Task<> Subscriber::subscribe(detail::Connection& connection, std::size_t channels) {
  const auto deadline = std::chrono::steady_clock::now() + kConfirmationTimeout;
  awaited_ = channels;
  connection.subscribe(std::span{channels_}.first(channels), on_push_);
  while (awaited_ > 0 && connection.is_open()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      throw Error{Kind::deadline_exceeded, "redis_late", "Redis did not confirm a subscription."};
    }
    confirmation_.expires_at(deadline);
    boost::system::error_code woken;
    co_await confirmation_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

// hiredis is at work around this: no more than notes are taken here.
void Subscriber::on_push(const Reply::Items& items) {
  if (items.size() != 3) return;
  const auto *kind = items[0].if_text(), *channel = items[1].if_text(), *text = items[2].if_text();
  if (kind == nullptr || channel == nullptr) return;
  if (*kind == "subscribe" && awaited_ > 0) {
    --awaited_;
    if (awaited_ == 0) confirmation_.cancel();
  }
  if (*kind != "message" || text == nullptr) return;
  asio::post(loop_, [this, alive = alive_, channel = *channel, text = *text] {
    if (*alive) handlers_.on_message(channel, text);
  });
}

}  // namespace souk::redis
