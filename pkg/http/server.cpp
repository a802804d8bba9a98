#include "http/server.hpp"

#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <linux/filter.h>
#include <sys/socket.h>

#include "http/detail/connection.hpp"

namespace souk::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using detail::ServerContext;
using detail::Shard;
using detail::Steady;

namespace {

/// Connections above the cap that are told so; more are dropped without a word.
constexpr std::size_t kRefusedAtOnce = 256;

/// Out of file descriptors: time for some to be closed.
constexpr std::chrono::milliseconds kAcceptPause{50};

/// Between the last connection that may begin and the last accept: whatever handshake was under way is over by then.
constexpr std::chrono::milliseconds kHandshakeTime{10};

/// From now on the kernel drops what would begin a connection to this socket, as if it had been lost on its way:
/// the client asks again a second later, and is refused by then. Closing a listening socket resets every
/// connection whose handshake is done and which nobody has accepted, and one more can be done at any moment
/// before the close. (A classic BPF program sees a segment from its TCP header on; byte 13 are the flags.)
void let_no_more_connect(int listening_socket) {
  constexpr std::uint32_t kSyn = 0x02;
  constexpr std::uint32_t kWhole = 0xffff'ffff;
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kSyn, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, kWhole),
  };
  const sock_fprog program{.len = std::size(code), .filter = code};
  // Where the kernel knows no such filters the window stays open for some microseconds.
  ::setsockopt(listening_socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

Task<> ask_to_leave(std::shared_ptr<Shard> shard) {
  shard->give_notice();
  co_return;
}

Task<> begin_drain(std::shared_ptr<Shard> shard) {
  shard->begin_drain();
  co_return;
}

Task<bool> finish_drain(std::shared_ptr<Shard> shard, Steady::time_point deadline) {
  co_return co_await shard->finish_drain(deadline);
}

Task<> watch(std::shared_ptr<Shard> shard) { co_await shard->watch(); }

}  // namespace

/// Owned by the Server and by its accept loop.
class Server::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(const std::vector<asio::io_context*>& loops, const Clock& clock, ServerSettings settings,
       Handler handler)
      : context_(std::make_shared<ServerContext>(clock, std::move(settings), detail::HeadLimits{},
                                                 std::move(handler))),
        acceptor_(*loops.at(0)) {
    for (auto* loop : loops) shards_.push_back(std::make_shared<Shard>(*loop, context_));
  }

  void start() {
    const auto& settings = context_->settings;
    if (settings.tls)
      context_->certificates = std::make_unique<detail::Certificates>(*settings.tls);
    const tcp::endpoint endpoint{asio::ip::make_address(settings.address), settings.port};
    acceptor_.open(endpoint.protocol());
    // Not SO_REUSEPORT: a second server on the same port must fail, not take half the connections;
    // and dealing them out in turn is even where the kernel's hash is not.
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    for (auto& shard : shards_) asio::co_spawn(shard->loop(), watch(shard), asio::detached);
    asio::co_spawn(accept_loop(), accept(shared_from_this()), asio::detached);
  }

  std::uint16_t port() const { return port_; }
  std::size_t connections() const { return context_->open; }

  Task<> give_notice() {
    for (auto& shard : shards_)
      co_await asio::co_spawn(shard->loop(), ask_to_leave(shard), asio::use_awaitable);
  }

  Task<bool> stop(std::chrono::milliseconds limit) {
    const auto deadline = Steady::now() + limit;
    co_await give_notice();
    co_await asio::co_spawn(accept_loop(), stop_accepting(shared_from_this()), asio::use_awaitable);
    // First all loops begin, then each is waited for.
    for (auto& shard : shards_) {
      co_await asio::co_spawn(shard->loop(), begin_drain(shard), asio::use_awaitable);
    }
    bool clean = true;
    for (auto& shard : shards_) {
      clean &= co_await asio::co_spawn(shard->loop(), finish_drain(shard, deadline),
                                       asio::use_awaitable);
    }
    co_return clean;
  }

  /// Ends everything without waiting for it.
  void drop() {
    asio::post(accept_loop(), [self = shared_from_this()] { self->acceptor_.close(); });
    for (auto& shard : shards_) asio::post(shard->loop(), [shard] { shard->abort_all(); });
  }

 private:
  using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

  asio::io_context& accept_loop() { return shards_.front()->loop(); }

  /// Whoever has connected by now, though nobody has looked yet, has been let in by the kernel.
  static Task<> stop_accepting(std::shared_ptr<Impl> self) {
    let_no_more_connect(self->acceptor_.native_handle());
    asio::steady_timer handshakes{self->accept_loop(), kHandshakeTime};
    co_await handshakes.async_wait(asio::use_awaitable);
    self->acceptor_.non_blocking(true);
    for (std::size_t turn = 0;; ++turn) {
      auto& shard = *self->shards_[turn % self->shards_.size()];
      detail::Socket socket{shard.loop()};
      boost::system::error_code none;
      self->acceptor_.accept(socket, none);
      if (none) break;
      self->admit(shard, std::move(socket));
    }
    self->acceptor_.close();
    co_return;
  }

  static Task<> accept(std::shared_ptr<Impl> self) {
    for (std::size_t turn = 0; self->acceptor_.is_open(); ++turn) {
      auto& shard = *self->shards_[turn % self->shards_.size()];
      auto [failure, socket] =
          co_await self->acceptor_.async_accept(shard.loop(), asio::as_tuple(asio::use_awaitable));
      if (!failure) {
        self->admit(shard, std::move(socket));
      } else if (self->acceptor_.is_open()) {
        asio::steady_timer pause{self->accept_loop(), kAcceptPause};
        co_await pause.async_wait(asio::use_awaitable);
      }
    }
  }

  void admit(Shard& shard, detail::Socket socket) {
    const auto most = context_->settings.max_connections;
    const auto open = context_->open.fetch_add(1);  // taken back when the connection ends
    if (open >= most + kRefusedAtOnce) {
      context_->open.fetch_sub(1);
      return;
    }
    shard.serve(std::move(socket), open >= most);
  }

  std::shared_ptr<ServerContext> context_;
  std::vector<std::shared_ptr<Shard>> shards_;
  Acceptor acceptor_;
  std::uint16_t port_ = 0;
};

bool was_cut_short(const std::exception& failure) {
  const auto* error = dynamic_cast<const boost::system::system_error*>(&failure);
  return error != nullptr && error->code() == asio::error::operation_aborted;
}

Server::Server(std::vector<asio::io_context*> loops, const Clock& clock, ServerSettings settings,
               Handler handler)
    : impl_(std::make_shared<Impl>(loops, clock, std::move(settings), std::move(handler))) {}

Server::~Server() { impl_->drop(); }

void Server::start() { impl_->start(); }

std::uint16_t Server::port() const { return impl_->port(); }

std::size_t Server::connections() const { return impl_->connections(); }

Task<> Server::give_notice() { return impl_->give_notice(); }

Task<bool> Server::stop(std::chrono::milliseconds limit) { return impl_->stop(limit); }

}  // namespace souk::http
