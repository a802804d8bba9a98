#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "core/clock.hpp"

namespace souk::payment {

/// A certificate authority of a test's own, and what it has signed: a chain in PEM and the key of its
/// first certificate.
class Authority {
 public:
  struct Signer {
    std::string chain_pem;
    std::shared_ptr<EVP_PKEY> key;

    /// Base64 of the SHA-256 with RSA signature of `text`.
    std::string sign(std::string_view text) const;
  };

  explicit Authority(std::string_view name);

  /// Valid from `days_from` to `days_to` from now on.
  Signer issue(const std::string& common_name, int days_from = -1, int days_to = 30) const;
  /// Its own certificate.
  const std::string& root_pem() const { return root_pem_; }

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
  std::string root_pem_;
};

/// The headers of a webhook that PayPal sends, signed by `signer`.
std::map<std::string, std::string> paypal_headers(const Authority::Signer& signer,
                                                  std::string_view webhook_id,
                                                  std::string_view body, Time sent,
                                                  std::string_view certificate_url);

}  // namespace souk::payment
