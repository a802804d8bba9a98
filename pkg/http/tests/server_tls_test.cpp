// The server speaks TLS, and shows a new certificate without a restart.
#include <atomic>
#include <fstream>

#include <gtest/gtest.h>

#include "harness.hpp"
#include "http/blocking_client.hpp"
#include "identity.hpp"
#include "raw_connection.hpp"

namespace souk::http {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::Identity;
using testing::RawConnection;
using testing::TestServer;

Task<Response> echo(const Request& request) { co_return text_response(200, request.body); }

class ServerTlsTest : public ::testing::Test {
 protected:
  ServerSettings settings() {
    ServerSettings settings;
    settings.header_timeout = 300ms;
    settings.tls = ServerTls{.certificate_file = identity_.certificate_file(),
                             .key_file = identity_.key_file(),
                             .on_reload = [this](const std::string& problem) {
                               (problem.empty() ? reloads_ : refusals_)++;
                             }};
    return settings;
  }
  /// Believes in the certificate that lies there now.
  std::unique_ptr<BlockingClient> client() {
    return std::make_unique<BlockingClient>(
        "https://localhost:" + std::to_string(server_.port()),
        ClientSettings{.ca_file = identity_.certificate_file()});
  }
  std::string echoed(BlockingClient& client, std::string body) {
    return client.request({.method = Method::post, .target = "/", .body = std::move(body)}).body;
  }
  bool is_served() {
    try {
      return echoed(*client(), "new") == "new";
    } catch (const ClientError&) {
      return false;
    }
  }

  Identity identity_;
  std::atomic<int> reloads_{0};
  std::atomic<int> refusals_{0};
  TestServer server_{echo, settings()};
};

TEST_F(ServerTlsTest, ServesManyRequestsOfOneConnection) {
  const auto client = this->client();
  for (const std::size_t size : {0UL, 5UL, 100'000UL, 900'000UL}) {
    SCOPED_TRACE(size);
    const std::string body(size, 'x');
    EXPECT_EQ(echoed(*client, body), body);
  }
  EXPECT_EQ(server_.connections(), 1U);
}

TEST_F(ServerTlsTest, WhoDoesNotSpeakTlsIsHungUpOn) {
  RawConnection plain{server_.port()};
  plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  plain.read_to_end();
  EXPECT_TRUE(eventually([&] { return server_.connections() == 0; }));
  EXPECT_TRUE(is_served());
}

TEST_F(ServerTlsTest, WhoSaysNothingIsHungUpOn) {
  RawConnection silent{server_.port()};
  EXPECT_TRUE(silent.closed_by_peer());
}

TEST_F(ServerTlsTest, ARenewedCertificateIsServedWithoutARestart) {
  const auto before = client();
  EXPECT_EQ(echoed(*before, "old"), "old");
  identity_.renew();
  EXPECT_TRUE(eventually([&] { return is_served(); }));
  EXPECT_EQ(reloads_, 1);
  EXPECT_EQ(echoed(*before, "still"), "still") << "open connections go on";
}

TEST_F(ServerTlsTest, AHalfWrittenRenewalChangesNothing) {
  std::ofstream{identity_.key_file(), std::ios::trunc} << "-----BEGIN PRIVATE KEY-----\nMIG";
  EXPECT_TRUE(eventually([&] { return is_served() && refusals_ == 1; }));
  EXPECT_TRUE(is_served());
  identity_.renew();
  EXPECT_TRUE(eventually([&] { return is_served() && reloads_ == 1; }));
}

TEST_F(ServerTlsTest, DrainsWhatIsOpen) {
  const auto client = this->client();
  EXPECT_EQ(echoed(*client, "x"), "x");
  EXPECT_TRUE(server_.stop(2s));
}

TEST(ServerTls, WhatIsNoCertificateStopsTheStart) {
  Identity identity;
  ServerSettings settings;
  settings.tls = ServerTls{.certificate_file = identity.certificate_file(), .key_file = "/nowhere"};
  EXPECT_THROW((TestServer{echo, settings}), Error);
}

}  // namespace
}  // namespace souk::http
