#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <variant>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "http/client.hpp"
#include "http/uri.hpp"

namespace souk::http::detail {

using Deadline = std::chrono::steady_clock::time_point;

/// Why an exchange gave no reply.
struct ExchangeFailure {
  Delivery delivery;
  bool timed_out;
  bool answered;  ///< some of a reply had come
  std::string cause;
};

/// The bytes of a request, and what the reader of its reply has to know.
struct Outgoing {
  std::string head;
  std::string body;
  std::size_t max_response;
};

/// One connection of a client: TCP, or TLS over it. After a failure it is good for nothing.
class ClientConnection {
 public:
  /// `tls` is null for plain HTTP; it outlives the connection.
  ClientConnection(boost::asio::io_context& loop, boost::asio::ssl::context* tls);

  /// Resolves, connects and shakes hands; whatever fails, nothing of a request was sent.
  Task<std::expected<void, ExchangeFailure>> connect(const Url& url, Deadline deadline,
                                                     bool public_only);

  Task<std::expected<ClientResponse, ExchangeFailure>> exchange(const Outgoing& request,
                                                                Deadline deadline);

  /// Whether it may serve another request: the server keeps it, and has not closed or said anything
  /// since.
  bool reusable();

  Deadline last_used() const { return last_used_; }

 private:
  using Plain = boost::beast::tcp_stream;
  using Tls = boost::beast::ssl_stream<Plain>;

  Plain& tcp();
  template <class Stream>
  Task<std::expected<ClientResponse, ExchangeFailure>> exchange_over(Stream& stream,
                                                                     const Outgoing& request);
  Task<boost::system::error_code> handshake(const std::string& host);

  boost::asio::io_context& loop_;
  std::variant<Plain, Tls> stream_;
  boost::beast::flat_buffer buffer_;
  bool keep_alive_ = false;
  Deadline last_used_{};
};

}  // namespace souk::http::detail
