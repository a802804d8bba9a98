#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "http/client.hpp"

/// What providers' HTTP replies have in common.
namespace souk::notification {

/// Retry-After in seconds, where it is given so; at most an hour. Its other form, a date, is passed over.
std::optional<std::chrono::seconds> retry_after(const http::ClientResponse& response);

/// A 429: the provider wants less at a time.
Error too_much(std::string_view provider, const http::ClientResponse& response);

/// A 5xx or a 429 as what may work later; anything else as what never will. `code`: the provider's own.
Error provider_refused(std::string_view provider, const http::ClientResponse& response,
                       std::string_view code);

}  // namespace souk::notification
