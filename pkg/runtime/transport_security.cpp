#include "runtime/transport_security.hpp"

#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "core/error.hpp"

namespace souk::runtime {
namespace {

namespace ssl = boost::asio::ssl;
using namespace grpc::experimental;

/// How soon a renewed certificate is seen.
constexpr unsigned kLookSeconds = 1;

/// gRPC would go on without them, and every call would fail.
void check_files(const std::string& certificate, const std::string& key, const std::string& ca) {
  try {
    ssl::context context{ssl::context::tls_server};
    context.use_certificate_chain_file(certificate);
    context.use_private_key_file(key, ssl::context::pem);
    context.load_verify_file(ca);
  } catch (const boost::system::system_error& error) {
    throw Error{Kind::validation, "invalid_setting",
                fmt::format("Settings SOUK_TLS_CERT, SOUK_TLS_KEY, SOUK_TLS_CA: {}",
                            error.code().message())};
  }
}

}  // namespace

TransportSecurity::TransportSecurity(const config::Settings& settings) {
  const auto certificate = settings.text("SOUK_TLS_CERT");
  if (certificate.empty()) return;
  const auto key = settings.text("SOUK_TLS_KEY");
  const auto ca = settings.text("SOUK_TLS_CA");
  check_files(certificate, key, ca);
  provider_ = std::make_shared<FileWatcherCertificateProvider>(key, certificate, ca, kLookSeconds);
}

std::shared_ptr<grpc::ServerCredentials> TransportSecurity::server() const {
  if (!encrypts()) return grpc::InsecureServerCredentials();
  TlsServerCredentialsOptions options{provider_};
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> TransportSecurity::channel() const {
  if (!encrypts()) return grpc::InsecureChannelCredentials();
  TlsChannelCredentialsOptions options;
  options.set_certificate_provider(provider_);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  return TlsCredentials(options);
}

}  // namespace souk::runtime
