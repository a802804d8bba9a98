#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "runtime/task.hpp"

namespace souk::testing {

/// A gate in front of a server: passes connections on, and breaks them as told. What `tc netem` does to
/// a network, where there is none. It knows nothing of what it passes on; a Filter does.
///
/// All of it happens on one loop, which outlives it. The setters may be called from any thread and count
/// for what arrives after them. Its destructor leaves no connection behind; on the loop's thread, or once
/// the loop has stopped.
class Gate {
 public:
  enum class Way { to_server, to_client };

  /// What happens to the bytes of one direction.
  enum class Flow {
    pass,
    stall,    ///< they wait in the gate, and go on when the stall ends
    slice,    ///< they go on in small pieces
    swallow,  ///< they vanish: a connection that lost some is reset when this ends, as TCP would
  };

  /// What happens to new connections, once accepted.
  enum class Door { open, closed };  ///< closed: reset at once

  /// What a filter makes of a piece of bytes, which it may have changed.
  enum class Verdict { pass, drop, back, reset };  ///< back: to where they came from

  /// Made for each connection, so that it can remember what went before. Sees what one read gave: a
  /// whole request or reply, where those are small.
  using Filter = std::function<Verdict(Way, std::string& bytes)>;

  using Endpoint = boost::asio::generic::stream_protocol::endpoint;

  /// Listens on a port of 127.0.0.1 that the kernel picks, and connects to `server`: TCP or a Unix socket.
  Gate(boost::asio::io_context& loop, Endpoint server, std::function<Filter()> new_filter = {});
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  std::uint16_t port() const;

  void set(Way way, Flow flow);
  void set(Door door);
  /// Resets every connection that there is.
  void cut();
  /// As it was in the beginning.
  void heal();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

/// Where a server listens: a port of 127.0.0.1, or the path of a Unix socket.
Gate::Endpoint local_port(std::uint16_t port);
Gate::Endpoint unix_socket(const std::string& path);

}  // namespace souk::testing
