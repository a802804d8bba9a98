#include "http/client.hpp"

#include <algorithm>
#include <list>
#include <optional>
#include <stdexcept>
#include <vector>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/detail/client_connection.hpp"

namespace souk::http {

namespace asio = boost::asio;
using detail::ClientConnection;
using detail::Deadline;
using detail::ExchangeFailure;
using detail::Outgoing;

namespace {

/// The most connections at once, first come, first served. On one loop.
class Slots {
 public:
  Slots(asio::io_context& loop, std::size_t count, std::size_t max_waiting)
      : loop_(loop), free_(count), max_waiting_(max_waiting) {}

  /// A slot for as long as it is held.
  class Lease {
   public:
    explicit Lease(Slots& slots) : slots_(&slots) {}
    Lease(Lease&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (slots_ != nullptr) slots_->release();
    }

   private:
    Slots* slots_;
  };

  Task<Lease> acquire(Deadline deadline) {
    if (free_ > 0) {
      --free_;
      co_return Lease{*this};
    }
    if (waiters_.size() >= max_waiting_) {
      throw ClientError{Delivery::not_sent, false, "too many requests wait for a connection"};
    }
    const auto waiter = waiters_.emplace(waiters_.end(), loop_, deadline);
    boost::system::error_code woken;
    co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const bool granted = waiter->granted;
    waiters_.erase(waiter);
    if (!granted) throw ClientError{Delivery::not_sent, true, "no connection became free in time"};
    co_return Lease{*this};
  }

 private:
  struct Waiter {
    Waiter(asio::io_context& loop, Deadline deadline) : timer(loop, deadline) {}
    asio::steady_timer timer;
    bool granted = false;
  };

  void release() {
    const auto next = std::ranges::find(waiters_, false, &Waiter::granted);
    if (next == waiters_.end()) {
      ++free_;
    } else {
      next->granted = true;
      next->timer.cancel();
    }
  }

  asio::io_context& loop_;
  std::size_t free_;
  std::size_t max_waiting_;
  std::list<Waiter> waiters_;
};

std::unique_ptr<asio::ssl::context> make_tls(const Url& url, const ClientSettings& settings) {
  if (!url.tls) return nullptr;
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  if (settings.ca_file.empty()) {
    tls->set_default_verify_paths();
  } else {
    tls->load_verify_file(settings.ca_file);
  }
  return tls;
}

bool repeatable(const ClientRequest& request) {
  return request.idempotent || (request.method != Method::post && request.method != Method::patch);
}

/// A fresh request on a kept connection that fails like this was most likely never read: the server
/// closed as we sent. `not_sent` may be repeated by anyone, the rest by those it does not harm.
bool stale(const ExchangeFailure& failure, const ClientRequest& request) {
  if (failure.timed_out || failure.answered) return false;
  return failure.delivery == Delivery::not_sent || repeatable(request);
}

ClientError to_error(const ExchangeFailure& failure) {
  return {failure.delivery, failure.timed_out, failure.cause};
}

}  // namespace

ClientError::ClientError(Delivery how_far, bool timed_out, std::string why)
    : Error(timed_out ? Kind::deadline_exceeded : Kind::unavailable,
            timed_out ? "upstream_timeout" : "upstream_unavailable",
            how_far == Delivery::not_sent ? "A remote service could not be reached."
                                          : "A remote service did not answer."),
      delivery(how_far),
      cause(std::move(why)) {}

class Client::Impl {
 public:
  Impl(asio::io_context& loop, std::string_view base_url, ClientSettings settings)
      : loop_(loop),
        url_(parse_url(base_url)),
        settings_(std::move(settings)),
        tls_(make_tls(url_, settings_)),
        slots_(loop, settings_.max_connections, settings_.max_waiting) {}

  Task<ClientResponse> request(ClientRequest request) {
    const auto lease = co_await slots_.acquire(request.deadline);
    Outgoing outgoing{.head = head_of(request),
                      .body = std::move(request.body),
                      .max_response = settings_.max_response};
    if (auto kept = take_idle()) {
      check_time(request);
      auto reply = co_await kept->exchange(outgoing, request.deadline);
      if (reply) co_return finish(std::move(kept), *std::move(reply));
      if (!stale(reply.error(), request)) throw to_error(reply.error());
    }
    auto fresh = std::make_unique<ClientConnection>(loop_, tls_.get());
    const auto in_time = std::chrono::steady_clock::now() + settings_.connect_timeout;
    const auto connected =
        co_await fresh->connect(url_, std::min(in_time, request.deadline), settings_.public_only);
    if (!connected) throw to_error(connected.error());
    check_time(request);
    auto reply = co_await fresh->exchange(outgoing, request.deadline);
    if (!reply) throw to_error(reply.error());
    co_return finish(std::move(fresh), *std::move(reply));
  }

 private:
  /// What would be sent too late is better not sent: then the outcome is certain.
  static void check_time(const ClientRequest& request) {
    if (std::chrono::steady_clock::now() < request.deadline) return;
    throw ClientError{Delivery::not_sent, true, "no time was left to send it"};
  }

  std::string head_of(const ClientRequest& request) const {
    const bool visible =
        std::ranges::all_of(request.target, [](char c) { return c > 0x20 && c < 0x7f; });
    if (!request.target.starts_with('/') || !visible) {
      throw std::invalid_argument("not a request target: " + request.target);
    }
    std::string head;
    head.append(name(request.method)).append(" ").append(url_.path).append(request.target);
    head.append(" HTTP/1.1\r\nHost: ").append(url_.authority()).append("\r\n");
    head.append(request.headers.wire());
    if (!request.body.empty() || request.method != Method::get) {
      head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    }
    return head.append("\r\n");
  }

  /// The connection used last: the others may then grow old and be dropped.
  std::unique_ptr<ClientConnection> take_idle() {
    const auto oldest = std::chrono::steady_clock::now() - settings_.idle_timeout;
    while (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->last_used() > oldest && connection->reusable()) return connection;
    }
    return nullptr;
  }

  ClientResponse finish(std::unique_ptr<ClientConnection> connection, ClientResponse response) {
    if (connection->reusable()) idle_.push_back(std::move(connection));
    return response;
  }

  asio::io_context& loop_;
  const Url url_;
  const ClientSettings settings_;
  const std::unique_ptr<asio::ssl::context> tls_;
  Slots slots_;
  std::vector<std::unique_ptr<ClientConnection>> idle_;
};

Client::Client(asio::io_context& loop, std::string_view base_url, ClientSettings settings)
    : impl_(std::make_unique<Impl>(loop, base_url, std::move(settings))) {}

Client::~Client() = default;

Task<ClientResponse> Client::request(ClientRequest request) {
  return impl_->request(std::move(request));
}

}  // namespace souk::http
