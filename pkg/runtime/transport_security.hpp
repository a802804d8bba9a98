#pragma once

#include <memory>

#include "config/settings.hpp"

namespace grpc {
class ChannelCredentials;
class ServerCredentials;
namespace experimental {
class CertificateProviderInterface;
}
}  // namespace grpc

namespace souk::runtime {

/// How processes speak gRPC with each other: over mutual TLS where SOUK_TLS_CERT, SOUK_TLS_KEY and SOUK_TLS_CA are
/// set, else in the clear. With TLS each end shows a certificate of the installation's own authority, and that of a
/// callee names the service that is called. Files that change are read again. Any thread; a plain value.
class TransportSecurity {
 public:
  /// In the clear.
  TransportSecurity() = default;
  /// Throws Error{validation, "invalid_setting"} for files that cannot be used.
  explicit TransportSecurity(const config::Settings& settings);

  bool encrypts() const { return provider_ != nullptr; }
  std::shared_ptr<grpc::ServerCredentials> server() const;
  std::shared_ptr<grpc::ChannelCredentials> channel() const;

 private:
  std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider_;
};

}  // namespace souk::runtime
