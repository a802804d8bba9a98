#pragma once

#include <string>
#include <string_view>

#include "charge.hpp"
#include "http/message.hpp"

/// The JSON of the provider's API. Pure; throws Error{malformed | validation}.
namespace souk::sandbox {

/// {"amount", "currency", "token", "reference", "capture"?, "return_url"?} with the Idempotency-Key
/// header.
ChargeRequest read_charge_request(const http::Request& request);

/// {"amount", "currency"} of a refund.
Money read_refund_amount(const http::Request& request);

/// {"idempotency_key"}: which key is to be ended.
std::string read_cancelled_key(const http::Request& request);

/// The Idempotency-Key header; 400 `idempotency_key_required` without one.
std::string read_idempotency_key(const http::Request& request);

/// `origin`: where the provider's own pages are, for a charge that waits for its customer.
std::string to_json(const Charge& charge, std::string_view origin);
std::string to_json(const Refund& refund);

}  // namespace souk::sandbox
