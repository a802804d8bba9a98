#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/json/value.hpp>

#include "core/money.hpp"
#include "http/server.hpp"
#include "services/payment-service/tests/paypal_authority.hpp"

namespace souk::payment {

/// PayPal's REST API as far as we use it, with a ledger of its own, and stricter than PayPal: a field,
/// a query parameter or a value that is not documented is refused as PayPal refuses things, and noted
/// (complaints()). It misbehaves when told to. On one loop.
class FakePaypal {
 public:
  static constexpr const char* kClientId = "AeA1QIZXiflr1-fake";
  static constexpr const char* kSecret = "ECYYrrSHdKfk_Q0E-fake";
  static constexpr const char* kWebhookId = "9XL90610J3647323C";
  static constexpr const char* kCertificateUrl =
      "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-aecacc47";

  enum class Fault {
    stall_after,   ///< does it, then never answers
    error_before,  ///< 500, and nothing is done
    error_after,   ///< 500, and it is done
    rate_limit,    ///< 429
  };

  struct Refund {
    std::string id, capture_id, status = "COMPLETED";
    Money amount;
  };
  struct Capture {
    std::string id, order_id, status = "COMPLETED";
    Money amount;
    Time at;
  };
  struct Order {
    std::string id, intent, status, custom_id, invoice_id, return_url;
    Money amount;
    std::vector<std::string> captures;
  };
  struct Webhook {
    std::map<std::string, std::string> headers;
    std::string body;
  };

  FakePaypal(boost::asio::io_context& loop, const Clock& clock);

  void start() { server_.start(); }
  Task<> stop();
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }

  /// The next `times` requests whose method and path start with `what` go wrong.
  void break_next(Fault fault, std::string what, int times = 1);
  /// No token that was given out is good any more.
  void forget_tokens() { tokens_.clear(); }

  /// What the customer does at PayPal.
  void approve(const std::string& order_id) { orders_.at(order_id).status = "APPROVED"; }
  /// The next capture is refused for this reason.
  void refuse_next_capture(std::string issue) { refused_capture_ = std::move(issue); }
  /// The next order is refused for this reason.
  void refuse_next_order(std::string issue) { refused_order_ = std::move(issue); }
  /// The next capture takes this.
  void next_capture_amount(Money amount) { capture_amount_ = amount; }
  /// The next capture comes out as PENDING, DECLINED, …
  void next_capture_status(std::string status) { capture_status_ = std::move(status); }
  void set_capture_status(const std::string& order_id, const std::string& status);
  void next_refund_status(std::string status) { refund_status_ = std::move(status); }
  void set_refund_status(const std::string& id, std::string status) {
    refunds_.at(id).status = std::move(status);
  }
  /// Orders are not kept for ever, captures are.
  void forget_order(const std::string& id) { orders_.erase(id); }
  /// Whether an order that waits for its payer may be changed.
  void patch_waiting_orders(bool allowed) { patch_waiting_ = allowed; }

  /// As its details show it.
  void put_dispute(const std::string& id, boost::json::value details) {
    disputes_[id] = std::move(details);
  }

  const std::map<std::string, Order>& orders() const { return orders_; }
  const std::map<std::string, Capture>& captures() const { return captures_; }
  const std::map<std::string, Refund>& refunds() const { return refunds_; }
  std::int64_t money() const;
  /// What was wrong with our requests.
  const std::vector<std::string>& complaints() const { return complaints_; }
  /// How often a method and path were asked for.
  int asked(const std::string& what) const;

  /// A signed webhook about an order, its capture or a refund, or a dispute of it.
  Webhook webhook(const std::string& event_id, const std::string& type,
                  const boost::json::value& resource) const;
  boost::json::value order_json(const Order& order) const;
  boost::json::value capture_json(const Capture& capture) const;
  const Authority& authority() const { return authority_; }
  /// Whose certificate lies at kCertificateUrl.
  const Authority::Signer& signer() const { return signer_; }

 private:
  struct Kept {
    std::string request;
    std::string kind, id;  // what the key made
  };

  Task<http::Response> handle(const http::Request& request);
  Task<http::Response> stall();
  http::Response answer(const http::Request& request);
  http::Response token(const http::Request& request);
  http::Response route(const http::Request& request);
  http::Response create(const http::Request& request);
  http::Response patch(const http::Request& request, Order& order);
  http::Response capture(const http::Request& request, Order& order);
  http::Response refund(const http::Request& request, const Capture& capture);
  http::Response transactions(const http::Request& request);
  http::Response disputes(const http::Request& request);
  /// What the key of this request made before, if it did.
  std::optional<std::string> replayed(const http::Request& request, const std::string& kind);
  void keep(const http::Request& request, const std::string& kind, const std::string& id);
  Money read_amount(const boost::json::value& value, const std::string& where) const;
  boost::json::value refund_json(const Refund& refund) const;
  std::string new_id();
  std::int64_t refunded(const std::string& capture_id) const;

  const Clock& clock_;
  boost::asio::io_context& loop_;
  http::Server server_;
  // One for all fakes of a program: to make keys takes long.
  const Authority& authority_;
  const Authority::Signer& signer_;
  std::set<std::string> tokens_;
  std::map<std::string, Order> orders_;
  std::map<std::string, Capture> captures_;
  std::map<std::string, Refund> refunds_;
  std::map<std::string, boost::json::value> disputes_;
  std::map<std::string, Kept> keys_;
  std::vector<std::string> complaints_, asked_;
  std::optional<Fault> fault_;
  std::string fault_at_;
  int fault_times_ = 0;
  std::optional<Money> capture_amount_;
  std::string refused_order_, refused_capture_, capture_status_ = "COMPLETED",
                                                refund_status_ = "COMPLETED";
  bool patch_waiting_ = true;
  bool stopping_ = false;
  std::set<boost::asio::steady_timer*> stalling_;
  int last_id_ = 0;
};

}  // namespace souk::payment
