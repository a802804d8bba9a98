#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "pkg/http/tests/raw_connection.hpp"
#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// What every table of bad inputs stands on: a running shop, accounts, and what must hold of each
/// answer.
namespace souk::testing::bad_inputs {

using http::testing::RawConnection;
using http::testing::RawReply;

enum class Caller { visitor, guest, shopper, admin };

/// The key that the shop of world() runs with: with it, gRPC tests seal identities of their own.
inline constexpr std::string_view kInternalKeyHex =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Seven processes without rate limits, with a shopper who has two orders, a saved address and a cart, a
/// guest, a stranger who has an order, and two shipping methods. One for the whole program; blocking, used by one thread.
class World {
 public:
  World();

  const RunningPlatform& platform() const { return platform_; }
  std::uint16_t port() const { return port_; }
  ApiClient& shopper() { return shopper_; }
  ApiClient& admin() { return admin_; }
  ApiClient& guest() { return guest_; }

  /// An account of its own for those who end sessions; what register answered.
  boost::json::object new_session();

  /// Replaces {sku}, {product}, {order}, {strangers_order}, {address}, {strangers_address}, {key} (a fresh idempotency key),
  /// {products_token} and {orders_token} (second pages of those lists).
  std::string fill(std::string text) const;

  /// The bytes of a request on a connection that ends with it.
  std::string request(Caller caller, std::string_view method, std::string_view target,
                      std::string_view body, std::string_view more_headers = "") const;

  /// Sends the bytes on a connection of their own; the reply.
  RawReply exchange(std::string_view bytes) const;

  /// Everything that a refused request might have changed, as one text; fails the test where a good
  /// request is not answered.
  std::string state();

 private:
  RunningPlatform platform_;
  std::uint16_t port_;
  void furnish();

  ApiClient admin_, shopper_, stranger_, guest_;
  std::map<std::string, std::string, std::less<>> names_;
};

/// Started at its first use, stopped after the last test.
World& world();

/// problem+json with this status and code, a trace id, and nothing that only the inside knows.
void expect_problem(const RawReply& reply, int status, std::string_view code);

/// `body` as JSON; null where it is none.
boost::json::value json_of(const RawReply& reply);

/// The value of a reply's header; empty where it has none.
std::string header_of(const RawReply& reply, std::string_view name);

}  // namespace souk::testing::bad_inputs
