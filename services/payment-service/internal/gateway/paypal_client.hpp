#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <boost/asio/steady_timer.hpp>
#include <boost/json/value.hpp>

#include "http/client.hpp"
#include "internal/gateway/provider.hpp"
#include "middleware/log.hpp"

namespace souk::payment::paypal {

/// A shop's keys at PayPal (developer.paypal.com, Apps & Credentials), and where PayPal is.
struct Account {
  std::string api_url;
  std::string client_id;
  std::string client_secret;
  std::string webhook_id;  ///< of the webhook that leads here; empty: none is believed
};

/// HTTP to PayPal's REST API with an OAuth 2 access token, which it keeps until shortly before it
/// expires; one that PayPal refuses is replaced, and the request, which did nothing, sent again.
/// Owned by the provider, on its loop.
class Client {
 public:
  /// `timeout`: how long one request may take, at most.
  Client(boost::asio::io_context& loop, const Account& account, std::chrono::milliseconds timeout,
         Log& log);

  /// Any reply, whatever its status. Without a token nothing was sent.
  Task<Answer<http::ClientResponse>> send(http::ClientRequest request, Deadline deadline);

 private:
  Task<bool> have_token(Deadline deadline);
  Task<bool> fetch_token(Deadline deadline);
  Task<Answer<http::ClientResponse>> exchange(http::ClientRequest request, Deadline deadline);

  http::Client client_;
  std::string credentials_;  // of the Authorization header that asks for a token
  std::chrono::milliseconds timeout_;
  Log& log_;
  std::string token_;
  std::chrono::steady_clock::time_point token_ends_;
  bool fetching_ = false;
  boost::asio::steady_timer fetched_;  // never runs out: cancelling it wakes those who wait
};

/// `body`: empty for none. `key`: of the PayPal-Request-Id header, empty for none.
http::ClientRequest post(std::string target, const boost::json::value& body, std::string_view key);

/// The text at a JSON pointer; empty where there is none.
std::string text_at(const boost::json::value& value, std::string_view pointer);
/// A reply's body; null where it is no JSON.
boost::json::value body_of(const http::ClientResponse& response);
/// What PayPal names as the reason of a refusal: the first issue of its details, else the error's
/// name; empty where the reply has not the shape of PayPal's errors.
std::string issue_of(const http::ClientResponse& response);

}  // namespace souk::payment::paypal
