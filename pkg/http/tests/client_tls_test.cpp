// https: the chain and the host name are verified.
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <gtest/gtest.h>

#include "http/blocking_client.hpp"
#include "identity.hpp"

namespace souk::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::Identity;

/// Takes one connection and answers what comes until the client closes or gives up.
class TlsServer {
 public:
  explicit TlsServer(const Identity& identity)
      : acceptor_(loop_, {asio::ip::address_v4::loopback(), 0}) {
    tls_.use_certificate_file(identity.certificate_file(), asio::ssl::context::pem);
    tls_.use_private_key_file(identity.key_file(), asio::ssl::context::pem);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~TlsServer() { thread_.join(); }

  std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }

 private:
  void serve() {
    asio::ssl::stream<tcp::socket> stream{loop_, tls_};
    boost::system::error_code failure;
    acceptor_.accept(stream.next_layer(), failure);
    stream.handshake(asio::ssl::stream_base::server, failure);
    while (!failure) {
      std::string request;
      asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", failure);
      if (failure) break;
      asio::write(stream,
                  asio::buffer(std::string{"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret"}),
                  failure);
    }
  }

  asio::io_context loop_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

Delivery delivery_of(BlockingClient& client) {
  try {
    client.get("/");
  } catch (const ClientError& error) {
    EXPECT_NE(error.cause.find("TLS"), std::string::npos) << error.cause;
    return error.delivery;
  }
  throw std::logic_error("it did not fail");
}

TEST(ClientTls, TalksToTheRightServerAndKeepsTheConnection) {
  const Identity identity;
  TlsServer server{identity};
  BlockingClient client{"https://localhost:" + server.port(),
                        {.ca_file = identity.certificate_file()}};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/").body, "secret");
}

TEST(ClientTls, RefusesAnotherName) {
  const Identity identity;
  TlsServer server{identity};
  BlockingClient client{"https://127.0.0.1:" + server.port(),
                        {.ca_file = identity.certificate_file()}};
  EXPECT_EQ(delivery_of(client), Delivery::not_sent);
}

TEST(ClientTls, RefusesAnUnknownIssuer) {
  const Identity identity;
  TlsServer server{identity};
  BlockingClient client{"https://localhost:" + server.port()};
  EXPECT_EQ(delivery_of(client), Delivery::not_sent);
}

}  // namespace
}  // namespace souk::http
