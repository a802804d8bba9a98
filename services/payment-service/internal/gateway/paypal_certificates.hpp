#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <openssl/types.h>

#include "core/clock.hpp"
#include "internal/gateway/provider.hpp"
#include "middleware/log.hpp"

namespace souk::payment::paypal {

/// Where the certificates of PayPal's webhooks come from, and who vouches for them.
struct CertificateSource {
  /// What lies at an https URL; empty where it cannot be had.
  std::function<Task<std::optional<std::string>>(std::string url, Deadline deadline)> fetch;
  std::string roots_file = {};  ///< PEM; empty: the system's
};

/// Over HTTPS from PayPal, with the system's roots; redirects are not followed. Where `file` is named, what
/// stands in it instead, whatever the URL: for a network that cannot reach the host of the certificates.
CertificateSource certificates_of_paypal(boost::asio::io_context& loop, std::string file, Log& log);

/// https, on paypal.com or a name under it, no port, no user, no query, in the folder where PayPal
/// publishes certificates. Nothing else is ever fetched.
bool is_certificate_url(std::string_view url);

using PublicKey = std::shared_ptr<EVP_PKEY>;

/// Public keys of certificates that a trusted root vouches for, that are valid at the time, and that
/// were given to PayPal. Kept until they expire; fetched sparingly, for anybody can name URLs. Owned by
/// the provider, on its loop.
class Certificates {
 public:
  /// Fetches that may be made at once; they come back at one in ten seconds. PayPal changes its
  /// certificate once in a year or two.
  static constexpr double kFetches = 10;  // not money

  explicit Certificates(CertificateSource source, Log& log)
      : source_(std::move(source)), log_(log) {}

  /// Refusals: unsigned_or_forged for a URL or a certificate that is not PayPal's, try_again where it
  /// cannot be had now.
  Task<std::expected<PublicKey, WebhookRefusal>> key(std::string url, Time now, Deadline deadline);

 private:
  struct Entry {
    PublicKey key;
    Time not_after;
  };

  bool may_fetch(Time now);
  std::optional<Entry> examine(const std::string& pem, Time now) const;

  CertificateSource source_;
  Log& log_;
  std::map<std::string, Entry> known_;  // by URL
  double fetches_left_ = kFetches;      // not money
  Time counted_at_{};
};

}  // namespace souk::payment::paypal
