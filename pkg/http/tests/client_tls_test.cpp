// https: the chain and the host name are verified.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/blocking_client.hpp"

namespace souk::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A key and a self-signed certificate for `localhost`, in a folder of its own.
class Identity {
 public:
  Identity() {
    std::string pattern = std::filesystem::temp_directory_path() / "souk-http-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    const std::unique_ptr<X509, void (*)(X509*)> certificate{X509_new(), X509_free};
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    auto* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    auto* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(certificate.get(), names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    write(certificate_file(), [&](FILE* file) { PEM_write_X509(file, certificate.get()); });
    write(key_file(), [&](FILE* file) {
      PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  ~Identity() { std::filesystem::remove_all(folder_); }
  Identity(const Identity&) = delete;

  std::string certificate_file() const { return folder_ / "certificate.pem"; }
  std::string key_file() const { return folder_ / "key.pem"; }

 private:
  template <class Write>
  static void write(const std::string& path, Write body) {
    FILE* file = fopen(path.c_str(), "w");
    body(file);
    fclose(file);
  }

  std::filesystem::path folder_;
};

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
