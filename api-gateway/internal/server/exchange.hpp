#pragma once

#include <string>

#include "core/trace.hpp"
#include "http/message.hpp"
#include "middleware/identity.hpp"

namespace souk::gateway {

struct Route;

/// One request on its way through the gateway: what is known of it beside its text.
struct Exchange {
  const http::Request& http;
  std::string request_id;
  Trace trace;
  std::string client_address;  ///< the shopper's: behind a trusted proxy, the one that it names
  Identity identity{};
  const Route* route = nullptr;  ///< once it is found
};

/// 64-bit mixing (splitmix64) for trace and request ids, which are unique but no secrets: a kernel call for
/// each would cost more than a cached reply does. One per loop; not thread-safe.
class FastRandom final : public Random {
 public:
  explicit FastRandom(Random& seed) : state_(seed.next()) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

/// The caller's X-Request-Id where it is 1 to 128 of [A-Za-z0-9._-], else a new one.
std::string request_id(const http::Request& request, Random& random);

/// The address to hold responsible: the peer's, or where the peer is one of `trusted_proxies`, the last
/// address of X-Forwarded-For that is none of them.
std::string client_address(const http::Request& request,
                           const std::vector<std::string>& trusted_proxies);

/// The User-Agent header as it may travel on: cut, and without what gRPC metadata cannot carry.
std::string user_agent(const http::Request& request);

}  // namespace souk::gateway
