#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace souk::http::testing {

/// One accepted connection, in the hands of a script. Blocking.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {}
  ~Peer();
  Peer(const Peer&) = delete;

  /// The next request, head and body; empty once the client has closed.
  std::string read_request();
  void send(std::string_view bytes);
  /// Answers 200 with this body.
  void reply(std::string_view body);
  /// RST instead of FIN.
  void reset();
  /// Until the client closes.
  void wait_for_close();

 private:
  int socket_;
  std::string pending_;
};

/// A small server that misbehaves as told: each connection gets the next script, one after the
/// other.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;
  explicit ScriptedServer(std::vector<Script> scripts);
  ~ScriptedServer();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int accepted() const { return accepted_; }

 private:
  std::uint16_t port_ = 0;
  int listener_;  ///< after the port, which it fills
  std::atomic<int> accepted_ = 0;
  std::thread thread_;
};

/// A loopback port that nobody listens on.
std::uint16_t unused_port();

}  // namespace souk::http::testing
