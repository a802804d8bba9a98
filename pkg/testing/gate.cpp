#include "testing/gate.hpp"

#include <array>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace souk::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Socket = asio::generic::stream_protocol::socket;
using asio::use_awaitable;

/// How often one who waits for the end of a stall looks.
constexpr auto kLook = 5ms;
/// Pieces of one read in Flow::slice, with a pause between: enough to cut within every header.
constexpr std::size_t kSlices = 12;

void reset(Socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::linger{true, 0}, ignored);
  socket.close(ignored);
}

Task<> pause(std::chrono::milliseconds time) {
  asio::steady_timer timer{co_await asio::this_coro::executor, time};
  co_await timer.async_wait(use_awaitable);
}

}  // namespace

class Gate::Impl : public std::enable_shared_from_this<Gate::Impl> {
 public:
  Impl(asio::io_context& loop, Endpoint server, std::function<Filter()> new_filter)
      : loop_(loop),
        server_(std::move(server)),
        new_filter_(std::move(new_filter)),
        acceptor_(loop, {asio::ip::address_v4::loopback(), 0}) {}

  void start() { asio::co_spawn(loop_, accept(shared_from_this()), asio::detached); }

  void stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    cut();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  /// Does `what(*this)` on the loop, if it still runs by then.
  template <class What>
  void on_loop(What what) {
    asio::post(loop_, [self = shared_from_this(), what] { what(*self); });
  }

  void set(Way way, Flow flow) {
    auto& old = flow_[index(way)];
    if (old == Flow::swallow && flow != Flow::swallow) {
      for (const auto& link : links_) {
        if (link->lost[index(way)]) link->cut();
      }
    }
    old = flow;
  }

  void set(Door door) { door_ = door; }

  void cut() {
    for (const auto& link : links_) link->cut();
  }

  void heal() {
    set(Way::to_server, Flow::pass);
    set(Way::to_client, Flow::pass);
    set(Door::open);
  }

 private:
  static std::size_t index(Way way) { return static_cast<std::size_t>(way); }

  struct Link {
    Link(Socket accepted, asio::io_context& loop) : client(std::move(accepted)), server(loop) {}

    void cut() {
      reset(client);
      reset(server);
    }

    Socket client;
    Socket server;
    Filter filter;
    std::array<bool, 2> lost{};
  };

  static Task<> accept(std::shared_ptr<Impl> self) {
    for (;;) {
      auto accepted = co_await self->acceptor_.async_accept(use_awaitable);
      auto link = std::make_shared<Link>(Socket{std::move(accepted)}, self->loop_);
      if (self->door_ == Door::closed) {
        link->cut();
      } else {
        asio::co_spawn(self->loop_, connect(self, std::move(link)), asio::detached);
      }
    }
  }

  static Task<> connect(std::shared_ptr<Impl> self, std::shared_ptr<Link> link) {
    self->links_.insert(link);
    bool connected = false;
    try {
      co_await link->server.async_connect(self->server_, use_awaitable);
      connected = true;
    } catch (const boost::system::system_error&) {
      link->cut();  // as if nobody listened
    }
    if (connected) {
      if (self->new_filter_) link->filter = self->new_filter_();
      asio::co_spawn(self->loop_, pump(self, link, Way::to_client), asio::detached);
      co_await pump(self, link, Way::to_server);
    }
    self->links_.erase(link);
  }

  /// Carries one direction of a connection until it ends.
  static Task<> pump(std::shared_ptr<Impl> self, std::shared_ptr<Link> link, Way way) {
    auto& from = way == Way::to_server ? link->client : link->server;
    auto& to = way == Way::to_server ? link->server : link->client;
    try {
      std::array<char, 65536> buffer;
      for (;;) {
        boost::system::error_code ended;
        const auto size = co_await from.async_read_some(asio::buffer(buffer),
                                                        asio::redirect_error(use_awaitable, ended));
        if (ended == asio::error::eof) break;
        if (ended) throw boost::system::system_error{ended};
        co_await self->deal(*link, way, from, to, {buffer.data(), size});
      }
      while (self->flow_[index(way)] != Flow::pass && from.is_open()) co_await pause(kLook);
      to.shutdown(Socket::shutdown_send);
    } catch (const boost::system::system_error&) {
      link->cut();
    }
  }

  Task<> deal(Link& link, Way way, Socket& from, Socket& to, std::string bytes) {
    auto verdict = Verdict::pass;
    if (link.filter) verdict = link.filter(way, bytes);
    if (verdict == Verdict::drop) co_return;
    if (verdict == Verdict::reset) co_return link.cut();
    if (verdict == Verdict::back) {
      co_await asio::async_write(from, asio::buffer(bytes), use_awaitable);
      co_return;
    }
    while (flow_[index(way)] == Flow::stall && to.is_open()) co_await pause(kLook);
    if (flow_[index(way)] == Flow::swallow) {
      link.lost[index(way)] = true;
      co_return;
    }
    co_await forward(way, to, bytes);
  }

  Task<> forward(Way way, Socket& to, std::string_view bytes) {
    for (std::size_t left = kSlices; left > 1 && flow_[index(way)] == Flow::slice; --left) {
      const auto piece = std::min<std::size_t>(bytes.size(), 1 + left % 5);
      co_await asio::async_write(to, asio::buffer(bytes.data(), piece), use_awaitable);
      bytes.remove_prefix(piece);
      co_await pause(1ms);
    }
    co_await asio::async_write(to, asio::buffer(bytes), use_awaitable);
  }

  asio::io_context& loop_;
  Endpoint server_;
  std::function<Filter()> new_filter_;
  asio::ip::tcp::acceptor acceptor_;
  std::set<std::shared_ptr<Link>> links_;
  std::array<Flow, 2> flow_{};
  Door door_ = Door::open;
};

Gate::Gate(asio::io_context& loop, Endpoint server, std::function<Filter()> new_filter)
    : impl_(std::make_shared<Impl>(loop, std::move(server), std::move(new_filter))) {
  impl_->start();
}

Gate::~Gate() { impl_->stop(); }

std::uint16_t Gate::port() const { return impl_->port(); }

void Gate::set(Way way, Flow flow) {
  impl_->on_loop([way, flow](Impl& impl) { impl.set(way, flow); });
}
void Gate::set(Door door) {
  impl_->on_loop([door](Impl& impl) { impl.set(door); });
}
void Gate::cut() {
  impl_->on_loop([](Impl& impl) { impl.cut(); });
}
void Gate::heal() {
  impl_->on_loop([](Impl& impl) { impl.heal(); });
}

Gate::Endpoint local_port(std::uint16_t port) {
  return asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), port};
}
Gate::Endpoint unix_socket(const std::string& path) {
  return asio::local::stream_protocol::endpoint{path};
}

}  // namespace souk::testing
