#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "http/client.hpp"
#include "internal/gateway/provider.hpp"
#include "middleware/log.hpp"

namespace souk::payment {

/// The version of Stripe's API whose fields this code reads; sent with every request, so that the
/// account's own default does not matter.
inline constexpr std::string_view kStripeVersion = "2024-06-20";

/// Stripe's request bodies: `a=1&metadata[x]=2`, in order.
class StripeForm {
 public:
  StripeForm& add(std::string_view name, std::string_view value);
  StripeForm& add(std::string_view name, std::int64_t value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// What Stripe answered, its JSON read.
struct StripeReply {
  int status = 0;
  bool replayed = false;  ///< the stored reply to an earlier request with the same key
  boost::json::object body;

  bool ok() const { return status == 200; }
  /// Of the error, "" where there is none: `type`, `code`, `decline_code`, `param`.
  std::string error(std::string_view member) const;
};

/// Speaks Stripe's HTTP: key, version, form encoding, idempotency keys. Owned by the StripeProvider,
/// lives on its loop.
class StripeClient {
 public:
  StripeClient(boost::asio::io_context& loop, std::string_view url, std::string api_key,
               std::chrono::milliseconds timeout, Log& log);

  Task<Answer<StripeReply>> get(std::string target, Deadline deadline);
  Task<Answer<StripeReply>> post(std::string target, StripeForm form, std::string idempotency_key,
                                 Deadline deadline);

  /// What is known after a reply that was not expected: logged, without anything of the customer's.
  Doubt unexpected(const StripeReply& reply, std::string_view what);

 private:
  Task<Answer<StripeReply>> send(http::ClientRequest request, Deadline deadline);

  http::Client client_;
  std::string api_key_;
  std::chrono::milliseconds timeout_;
  Log& log_;
};

}  // namespace souk::payment
