#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "internal/models/dispute.hpp"

namespace souk::payment {

/// A message of a provider's as it arrived.
struct WebhookRequest {
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< byte for byte: that is what was signed
  Time now;
};

struct WebhookNews {
  std::string event_id;
  std::string event_type;
  std::string reference;  ///< of the charge it is about
  std::optional<Dispute> dispute = {};
  std::string idempotency_key = {};  ///< ours of that charge, where the message has it
};

enum class WebhookRefusal {
  unsigned_or_forged,
  too_old,
  malformed,
  not_expected,  ///< this provider sends none, or its secret is not set
  try_again,     ///< what it takes to check it cannot be had now
};

/// Empty news: genuine, and of no interest.
using WebhookReading = std::expected<std::optional<WebhookNews>, WebhookRefusal>;

}  // namespace souk::payment
