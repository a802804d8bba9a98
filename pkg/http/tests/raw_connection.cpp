#include "raw_connection.hpp"

#include <cstdlib>
#include <stdexcept>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace souk::http::testing {

bool RawReply::has(std::string_view header_line) const {
  return head.find("\r\n" + std::string{header_line} + "\r\n") != std::string::npos;
}

RawConnection::RawConnection(std::uint16_t port, const std::string& from)
    : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (!from.empty()) {
    address.sin_addr.s_addr = inet_addr(from.c_str());
    bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect");
  }
}

RawConnection::~RawConnection() { ::close(socket_); }

bool RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawConnection::fill() {
  char room[16 * 1024];
  const auto size = ::recv(socket_, room, sizeof room, 0);
  if (size <= 0) return false;
  pending_.append(room, static_cast<std::size_t>(size));
  return true;
}

RawReply RawConnection::read(bool head_only) {
  RawReply reply;
  std::size_t end = 0;
  while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return reply;
  }
  reply.head = pending_.substr(0, end + 2);
  pending_.erase(0, end + 4);
  reply.status = std::atoi(reply.head.c_str() + sizeof "HTTP/1.1");
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const auto at = reply.head.find(kLength);
  if (head_only || at == std::string::npos) return reply;
  const auto length = std::strtoul(reply.head.c_str() + at + kLength.size(), nullptr, 10);
  while (pending_.size() < length) {
    if (!fill()) return {};
  }
  reply.body = pending_.substr(0, length);
  pending_.erase(0, length);
  return reply;
}

bool RawConnection::readable(std::chrono::milliseconds limit) const {
  pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
  return !pending_.empty() || poll(&waiting, 1, static_cast<int>(limit.count())) > 0;
}

bool RawConnection::closed_by_peer() {
  char byte = 0;
  return pending_.empty() && ::recv(socket_, &byte, 1, 0) == 0;
}

std::size_t RawConnection::read_to_end() {
  while (fill()) {
  }
  return pending_.size();
}

void RawConnection::set_receive_buffer(int bytes) {
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

}  // namespace souk::http::testing
