#include "internal/providers/sms_requests.hpp"

#include <sodium.h>

namespace souk::notification {

std::string basic_authorization(std::string_view user, std::string_view password) {
  const auto pair = std::string{user}.append(":").append(password);
  std::string encoded(sodium_base64_ENCODED_LEN(pair.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(),
                    reinterpret_cast<const unsigned char*>(pair.data()), pair.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  encoded.pop_back();  // the terminating zero
  return "Basic " + encoded;
}

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
