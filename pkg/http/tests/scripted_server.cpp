#include "scripted_server.hpp"

#include <cstdlib>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace souk::http::testing {
namespace {

int listen_on_free_port(std::uint16_t& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(listener, reinterpret_cast<sockaddr*>(&address), size);
  listen(listener, 16);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return listener;
}

}  // namespace

Peer::~Peer() {
  if (socket_ >= 0) ::close(socket_);
}

std::string Peer::read_request() {
  std::size_t size = std::string::npos;
  for (;;) {
    const auto head = pending_.find("\r\n\r\n");
    if (head != std::string::npos) {
      constexpr std::string_view kLength = "Content-Length: ";
      const auto at = pending_.find(kLength);
      const auto body =
          at < head ? std::strtoul(pending_.c_str() + at + kLength.size(), nullptr, 10) : 0;
      size = head + 4 + body;
      if (pending_.size() >= size) break;
    }
    char room[4096];
    const auto got = ::recv(socket_, room, sizeof room, 0);
    if (got <= 0) return {};
    pending_.append(room, static_cast<std::size_t>(got));
  }
  auto request = pending_.substr(0, size);
  pending_.erase(0, size);
  return request;
}

void Peer::send(std::string_view bytes) {
  ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void Peer::reply(std::string_view body) {
  send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
       std::string{body});
}

void Peer::reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(socket_);
  socket_ = -1;
}

void Peer::wait_for_close() {
  char byte = 0;
  while (::recv(socket_, &byte, 1, 0) > 0) {
  }
}

ScriptedServer::ScriptedServer(std::vector<Script> scripts)
    : listener_(listen_on_free_port(port_)) {
  thread_ = std::thread{[this, scripts = std::move(scripts)] {
    for (const auto& script : scripts) {
      const int accepted = ::accept(listener_, nullptr, nullptr);
      if (accepted < 0) return;  // shut down by the destructor
      ++accepted_;
      Peer peer{accepted};
      script(peer);
    }
  }};
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::uint16_t unused_port() {
  std::uint16_t port = 0;
  ::close(listen_on_free_port(port));
  return port;
}

}  // namespace souk::http::testing
