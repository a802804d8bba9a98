#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/detail/keeper.hpp"

namespace souk::redis {

/// Hears what is published on some channels, on a connection of its own that it keeps open by itself.
/// Redis keeps nothing for those who are away: what was published while the connection was down is
/// lost, and `on_connected` is the moment to make up for it. That a silent connection still lives is
/// asked once a second.
///
/// On one event loop, on which both handlers are called, between other things. start(); stop(), after
/// which no handler is called; then destroyed.
class Subscriber {
 public:
  struct Handlers {
    std::function<void(const std::string& channel, const std::string& text)> on_message;
    std::function<void()> on_connected;  ///< each time; from here on everything is heard
  };

  Subscriber(boost::asio::any_io_executor loop, Address address, std::vector<std::string> channels,
             Handlers handlers, Log& log, Metrics& metrics, Random& random);

  void start() { keeper_.start(); }
  Task<> stop();
  bool ready() const { return keeper_.connection() != nullptr; }

 private:
  Task<> greet(detail::Connection& connection);
  Task<> beat(detail::Connection& connection);
  Task<> subscribe(detail::Connection& connection, std::size_t channels);
  void on_push(const Reply::Items& items);

  boost::asio::any_io_executor loop_;
  std::vector<std::string> channels_;
  Handlers handlers_;
  detail::Connection::OnPush on_push_;
  boost::asio::steady_timer confirmation_;
  std::size_t awaited_ = 0;  ///< confirmations that are still to come
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< false once stopped
  detail::Keeper keeper_;
};

}  // namespace souk::redis
