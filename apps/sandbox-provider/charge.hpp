#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/money.hpp"
#include "core/uuid.hpp"

namespace souk::sandbox {

using ChargeId = Id<struct SandboxChargeTag>;
using RefundId = Id<struct SandboxRefundTag>;

enum class ChargeStatus {
  requires_action,  ///< the customer has to approve it on the provider's page
  authorized,       ///< held, to be captured or voided
  captured,
  declined,
  voided,     ///< was authorized, let go
  cancelled,  ///< the key was ended before any money moved with it
};

std::string_view name(ChargeStatus status);
ChargeStatus charge_status(std::string_view name);

/// What a shop asks for. The key makes it one charge however often it is asked.
struct ChargeRequest {
  std::string idempotency_key;
  Money amount;
  std::string token;
  std::string reference;        ///< the shop's own word for it
  bool capture = true;          ///< false: hold the money only
  std::string return_url = {};  ///< where the customer goes from the provider's page
};

/// A line of the ledger.
struct Charge {
  ChargeId id;
  std::string idempotency_key;
  ChargeStatus status = ChargeStatus::captured;
  Money amount;
  std::string reference;
  std::int64_t captured_minor = 0;
  std::int64_t refunded_minor = 0;
  std::string decline_code;  ///< of a declined one
  Time created_at;
  bool capture = true;
  std::string return_url = {};
};

struct Refund {
  RefundId id;
  ChargeId charge_id;
  Money amount;
  Time created_at;
};

/// How the provider behaves towards a token.
enum class Conduct {
  answer,        ///< records the charge and tells
  ask_customer,  ///< records it; the customer has to approve it
  stall,         ///< records the charge, then never answers
  hang_up,       ///< closes the connection; nothing is recorded
  fail,          ///< 500; nothing is recorded
};

struct Verdict {
  Conduct conduct = Conduct::answer;
  std::string_view decline_code;  ///< empty: it pays
};

/// The documented tokens (docs/API.md); any other is declined as invalid_token.
Verdict judge(std::string_view token);

}  // namespace souk::sandbox
