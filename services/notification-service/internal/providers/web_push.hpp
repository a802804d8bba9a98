#pragma once

#include <list>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "http/client.hpp"
#include "internal/providers/p256.hpp"
#include "internal/providers/push_provider.hpp"

namespace souk::notification {

/// A push endpoint taken apart: https, no credentials.
struct PushEndpoint {
  std::string origin;  ///< https://push.example
  std::string target;  ///< path and query
};

/// Throws Error{validation, "validation_failed"} on `endpoint` for what no push service hands out. An
/// address that is not public is refused here where it can be read from the text, and otherwise at
/// connecting. `private_too`: neither (http as well), for tests and demos.
PushEndpoint parse_push_endpoint(std::string_view endpoint, bool private_too);

/// Web Push (RFC 8030): encrypted for the browser (RFC 8291), signed with our VAPID key (RFC 8292). One
/// client per push service, of which there are a handful; past that the one unused for longest goes.
/// Owned by the module, on its loop.
class WebPush final : public PushProvider {
 public:
  struct Settings {
    std::string subject;  ///< mailto: or https:, where a push service's owner may complain
    bool private_too = false;
  };

  WebPush(boost::asio::io_context& loop, const Clock& clock, Random& random, Settings settings);

  /// Before anything is sent.
  void use(P256KeyPair key) { key_ = std::make_unique<P256KeyPair>(std::move(key)); }
  /// Throws Error{unavailable} before there is a key.
  const P256KeyPair& key() const;

  Task<Reach> send(const Device& device, const Notice& notice,
                   std::chrono::steady_clock::time_point deadline) override;

 private:
  std::shared_ptr<http::Client> client_to(const std::string& origin);
  http::ClientRequest request(const Device& device, const Notice& notice,
                              const PushEndpoint& endpoint);
  std::string authorization(const std::string& origin) const;

  boost::asio::io_context& loop_;
  const Clock& clock_;
  Random& random_;
  Settings settings_;
  std::unique_ptr<P256KeyPair> key_;
  std::list<std::pair<std::string, std::shared_ptr<http::Client>>> clients_;  // last used first
};

}  // namespace souk::notification
