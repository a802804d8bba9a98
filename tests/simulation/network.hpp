#pragma once

#include <expected>
#include <optional>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/error.hpp"
#include "runtime/call.hpp"
#include "tests/simulation/world.hpp"

/// Messages between processes: each is delayed, and may be lost, late, or come twice; the server may
/// die before or after it has done what was asked.
namespace souk::simulation {

/// Why there is no reply: `refused` was never sent, after `unknown` anything may have happened.
enum class Lost { refused, unknown };

namespace detail {

/// A request as its client waits for it; gone when the client is.
template <class Reply>
struct Exchange {
  Exchange(Process& its_client, Instant deadline)
      : client(its_client), timer(its_client.executor(), deadline) {}

  void end(std::optional<Reply> with, std::exception_ptr error, Lost why = Lost::unknown) {
    if (over) return;
    over = true;
    reply = std::move(with);
    failure = std::move(error);
    lost = why;
    timer.cancel();
    client.wake();
  }

  Process& client;
  boost::asio::steady_timer timer;
  bool over = false;
  std::optional<Reply> reply;
  std::exception_ptr failure;
  Lost lost = Lost::unknown;
};

template <class Reply>
using Waiting = std::weak_ptr<Exchange<Reply>>;

template <class Reply>
void end_after(World& world, Duration delay, Waiting<Reply> exchange, std::optional<Reply> reply,
               std::exception_ptr failure, Lost why = Lost::unknown) {
  world.after(delay, [exchange, reply = std::move(reply), failure, why] {
    if (const auto waiting = exchange.lock()) waiting->end(reply, failure, why);
  });
}

/// Tells the client, mostly, when the server dies before it has answered.
template <class Reply>
class Connection {
 public:
  Connection(World& world, Waiting<Reply> exchange)
      : world_(world), exchange_(std::move(exchange)) {}
  ~Connection() {
    constexpr unsigned kMostly = 7'000;
    if (!answered_ && world_.dice.chance(kMostly))
      end_after<Reply>(world_, std::chrono::milliseconds{1}, exchange_, std::nullopt, nullptr);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void answer(std::optional<Reply> reply, std::exception_ptr failure);

 private:
  World& world_;
  Waiting<Reply> exchange_;
  bool answered_ = false;
};

/// How long a message takes; empty for one that never comes.
inline std::optional<Duration> way(World& world) {
  using namespace std::chrono_literals;
  if (world.dice.chance(world.faults.message_lost)) return std::nullopt;
  if (world.dice.chance(world.faults.message_late)) return world.dice.between(1s, 20s);
  return world.dice.between(100us, 3ms);
}

template <class Reply>
void Connection<Reply>::answer(std::optional<Reply> reply, std::exception_ptr failure) {
  answered_ = true;
  if (const auto delay = way(world_))
    end_after(world_, *delay, exchange_, std::move(reply), std::move(failure));
}

template <class Reply>
using Serve = std::function<Task<Reply>(Process& server)>;

template <class Reply>
Task<> serve_one(Process& server, std::string what, Waiting<Reply> exchange, Serve<Reply> serve) {
  Connection<Reply> connection{server.world, std::move(exchange)};
  server.world.trace("{} {} begins {}", server.name, server.number, what);
  std::optional<Reply> reply;
  std::exception_ptr failure;
  try {
    reply = co_await serve(server);
  } catch (...) {
    failure = std::current_exception();
  }
  server.world.trace("{} {} ends {}{}", server.name, server.number, what,
                     failure ? " with an error" : "");
  connection.answer(std::move(reply), std::move(failure));
}

template <class Reply>
void deliver(World& world, const std::string& service, const std::string& what,
             Waiting<Reply> exchange, const Serve<Reply>& serve) {
  const auto servers = world.running(service);
  if (servers.empty()) {
    return end_after<Reply>(world, std::chrono::milliseconds{1}, std::move(exchange), std::nullopt,
                            nullptr, Lost::refused);
  }
  auto& server = *servers[world.dice.below(servers.size())];
  server.spawn(serve_one<Reply>(server, what, std::move(exchange), serve));
}

}  // namespace detail

/// Has any process of `service` do something, and waits for what it gives, at most until then.
/// Throws what the server threw. `what` is for the trace.
template <class Reply>
Task<std::expected<Reply, Lost>> ask(std::string service, std::string what, Instant deadline,
                                     detail::Serve<Reply> serve) {
  auto& client = process_of(co_await boost::asio::this_coro::executor);
  auto& world = client.world;
  if (world.is_away(service) || world.dice.chance(world.faults.refused)) {
    co_await pause(std::chrono::milliseconds{1});
    co_return std::unexpected{Lost::refused};
  }
  const auto exchange = std::make_shared<detail::Exchange<Reply>>(client, deadline);
  const detail::Waiting<Reply> waiting = exchange;
  const int copies = world.dice.chance(world.faults.message_twice) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    if (const auto delay = detail::way(world)) {
      world.after(*delay, [&world, service, what, waiting, serve] {
        detail::deliver<Reply>(world, service, what, waiting, serve);
      });
    }
  }
  while (!exchange->over && kernel::now() < deadline) {
    boost::system::error_code woken;
    co_await exchange->timer.async_wait(
        boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  }
  if (exchange->failure) std::rethrow_exception(exchange->failure);
  if (!exchange->reply) co_return std::unexpected{exchange->lost};
  co_return std::move(*exchange->reply);
}

/// The same as gRPC has it: no reply is an Error.
template <class Reply>
Task<Reply> rpc_call(std::string service, std::string what, rpc::Call call,
                     detail::Serve<Reply> serve) {
  if (kernel::now() >= call.deadline)
    throw Error{Kind::deadline_exceeded, "deadline_exceeded", "too late"};
  auto reply = co_await ask<Reply>(service, what, call.deadline, std::move(serve));
  if (reply) co_return std::move(*reply);
  if (kernel::now() >= call.deadline)
    throw Error{Kind::deadline_exceeded, "deadline_exceeded", "no reply in time"};
  throw unavailable(service + " cannot be reached");
}

}  // namespace souk::simulation
