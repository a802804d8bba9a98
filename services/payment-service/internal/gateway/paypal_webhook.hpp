#pragma once

#include <string>
#include <string_view>

#include "internal/gateway/paypal_certificates.hpp"

namespace souk::payment::paypal {

/// What is signed: `id|time|webhook id|CRC-32 of the body`, the last as a decimal number.
std::string signed_text(std::string_view transmission_id, std::string_view time,
                        std::string_view webhook_id, std::string_view body);

/// Reads PayPal's webhooks: the signature (SHA-256 with RSA) is checked here, with the certificate
/// that the message names. Owned by the provider, on its loop.
class WebhookReader {
 public:
  WebhookReader(std::string webhook_id, CertificateSource certificates, Log& log)
      : webhook_id_(std::move(webhook_id)), certificates_(std::move(certificates), log) {}

  Task<WebhookReading> read(WebhookRequest request, Deadline deadline);

 private:
  std::string webhook_id_;
  Certificates certificates_;
};

}  // namespace souk::payment::paypal
