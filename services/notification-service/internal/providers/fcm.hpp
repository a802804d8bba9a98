#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "http/client.hpp"
#include "internal/providers/p256.hpp"
#include "internal/providers/push_provider.hpp"

namespace souk::notification {

/// What a service account's JSON file says, as the Firebase console hands it out.
struct ServiceAccount {
  std::string project, email, key_id, token_url;
  std::shared_ptr<EVP_PKEY> key;  ///< RSA

  /// Throws Error{validation, "invalid_setting"} for a file that is none.
  static ServiceAccount read(const std::filesystem::path& file);
};

/// Firebase Cloud Messaging, HTTP v1. The access token is fetched with a JWT of the service account and
/// kept until shortly before its end. Owned by the module, on its loop.
class Fcm final : public PushProvider {
 public:
  Fcm(boost::asio::io_context& loop, const Clock& clock, ServiceAccount account,
      const std::string& base_url);

  Task<Reach> send(const Device& device, const Notice& notice,
                   std::chrono::steady_clock::time_point deadline) override;

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  Task<std::string> token(Deadline deadline);
  std::string assertion() const;

  const Clock& clock_;
  ServiceAccount account_;
  std::string token_target_;
  http::Client tokens_;
  http::Client messages_;
  std::string token_;
  Time token_ends_{};
};

}  // namespace souk::notification
