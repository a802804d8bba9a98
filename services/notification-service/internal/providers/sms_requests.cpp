#include "internal/providers/sms_requests.hpp"

namespace souk::notification {

Task<http::ClientResponse> send_sms(http::Client& client, http::ClientRequest request) {
  try {
    co_return co_await client.request(std::move(request));
  } catch (const http::ClientError& error) {
    if (error.delivery == http::Delivery::not_sent) throw;
    throw Error{Kind::conflict, "sms_outcome_unknown",
                "The SMS provider did not answer; the message may have been sent."};
  }
}

}  // namespace souk::notification
