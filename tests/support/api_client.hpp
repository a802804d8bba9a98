#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "http/blocking_client.hpp"

namespace souk::testing {

struct ApiReply {
  int status = 0;
  boost::json::value body;  ///< null where there is none
  http::Headers headers;
  std::string file;  ///< a body that is no JSON

  /// The member at "a.b.0.c"; throws std::runtime_error that shows the body where it is not there.
  const boost::json::value& at(std::string_view path) const;
  std::string text(std::string_view path) const;
  std::int64_t number(std::string_view path) const;
};

/// A shopper or an administrator at the public API. Blocking; one per thread. Throws http::ClientError
/// where nobody answers.
class ApiClient {
 public:
  /// `patience`: for one answer.
  explicit ApiClient(std::string base_url,
                     std::chrono::milliseconds patience = std::chrono::seconds{30})
      : base_url_(base_url), client_(base_url), patience_(patience) {}

  ApiReply get(std::string path);
  ApiReply post(std::string path, const boost::json::value& body, std::string idempotency_key = "");
  ApiReply put(std::string path, const boost::json::value& body);
  /// A body that is no JSON.
  ApiReply post_file(std::string path, const std::string& content, std::string content_type);
  ApiReply remove(std::string path);

  /// Each becomes the caller of what follows; throws std::runtime_error when it is refused.
  void register_account(std::string email = unique_email());
  void log_in(const std::string& email, const std::string& password);
  void log_in_as_admin();
  void log_out_locally() { token_.clear(); }

  const std::string& token() const { return token_; }
  void use_token(std::string token) { token_ = std::move(token); }

  static std::string unique_email();
  static std::string unique_key();

  /// Made by an administrator: an active product with one variant, and its stock.
  std::string make_product(std::int64_t price, std::int64_t stock, std::string currency = "USD");

  /// What POST /orders takes.
  static boost::json::value order_of(const std::string& sku, std::int64_t quantity,
                                     std::string token = "tok_visa");
  ApiReply order(const std::string& sku, std::int64_t quantity, std::string token = "tok_visa",
                 std::string key = unique_key());

 private:
  ApiReply send(http::Method method, std::string path, const std::string& body,
                const std::string& key, const std::string& content_type = "application/json");

  std::string base_url_;
  http::BlockingClient client_;
  std::chrono::milliseconds patience_;
  std::string token_;
};

/// Asks until `holds` or the time is over; true if it held.
bool eventually(const std::function<bool()>& holds,
                std::chrono::milliseconds limit = std::chrono::seconds{10});

}  // namespace souk::testing
