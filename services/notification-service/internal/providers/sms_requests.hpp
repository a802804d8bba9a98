#pragma once

#include "http/client.hpp"

namespace souk::notification {

/// The provider's reply. Where the request may have arrived and nothing came back, it is not to be sent again:
/// then this throws an Error that is not tried again; Error{unavailable} where nothing was sent.
Task<http::ClientResponse> send_sms(http::Client& client, http::ClientRequest request);

}  // namespace souk::notification
