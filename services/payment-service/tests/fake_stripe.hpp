#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>

#include "core/clock.hpp"
#include "http/server.hpp"
#include "http/uri.hpp"

namespace souk::payment {

/// What goes wrong at Stripe, or on the way back.
enum class StripeTrouble {
  none,
  too_many_requests,  ///< 429; nothing is done
  error_before,       ///< 500; nothing is done, and the key remembers it
  error_after,        ///< 500; done all the same, and the key remembers it
  hang_up_before,
  hang_up_after,  ///< done, and nobody hears of it
  stall_after,    ///< done, and the answer never comes
};

/// Stripe, as far as its documentation tells: strict about key, version, idempotency keys, every
/// parameter's name and value. Whatever no honest client sends is kept in complaints() too. Objects are ids unless they are asked for by `expand[]`. Lives on
/// the test's loop.
class FakeStripe {
 public:
  struct Intent {
    std::string id;
    std::int64_t amount = 0;
    std::string currency;
    bool manual = false;
    std::string status = "requires_payment_method";
    std::string error_code;  ///< of last_payment_error; "" : none
    std::string decline_code;
    std::string return_url;
    std::map<std::string, std::string> metadata;
    std::int64_t received = 0;
    std::int64_t refunded = 0;
  };
  struct Refund {
    std::string id;
    std::string intent;
    std::int64_t amount = 0;
    std::map<std::string, std::string> metadata;
    std::string status = "succeeded";
  };

  /// What moved on the account: below nought, away from it.
  struct BalanceTransaction {
    std::string id;
    std::int64_t amount = 0;
    std::int64_t fee = 0;
  };
  struct Dispute {
    std::string id;
    std::string intent;
    std::int64_t amount = 0;
    std::string status = "needs_response";
    std::vector<BalanceTransaction> moved;
  };

  static constexpr const char* kApiKey = "sk_test_souk";

  FakeStripe(boost::asio::io_context& loop, const Clock& clock);

  void start() { server_.start(); }
  Task<> stop();
  /// Of a fake that was started.
  std::string url() const;
  /// The next requests whose path ends so (`times` of them) go wrong.
  void trouble(std::string path_end, StripeTrouble trouble, int times = 1);
  /// A day later: no key is remembered.
  void forget_keys() { replies_.clear(); }

  /// At the bank's page.
  void customer(const std::string& id, bool approves);
  void finish_processing(const std::string& id) { move_money(intents.at(id)); }
  /// The customer's bank sends the last refund back.
  void return_last_refund();
  /// An event as Stripe sends it; one about a refund is about the last.
  std::string event(const std::string& type, const std::string& intent) const;

  /// The customer's bank asks for so much of a charge back.
  Dispute& dispute(const std::string& intent, std::int64_t amount);
  /// Stripe takes the money of a dispute, and its fee.
  void withdraw(Dispute& dispute);
  void close(Dispute& dispute, bool won);

  const Intent& only() const;
  /// What Stripe has of our customers' money now.
  std::int64_t money() const;

  std::map<std::string, Intent> intents;  // by id, which grows
  std::vector<Refund> refunds;
  std::map<std::string, Dispute> disputes;  // by id
  /// What no honest client sends.
  const std::vector<std::string>& complaints() const { return complaints_; }
  void forgive() { complaints_.clear(); }
  std::vector<std::string> requests;  ///< "POST /v1/payment_intents"
  bool refunds_fail = false;
  /// What it takes instead of what it was asked for.
  std::optional<std::int64_t> takes;
  std::string takes_in;  ///< the currency; empty: the intent's

 private:
  using Form = std::map<std::string, std::string>;
  /// How much of the latest charge an answer shows.
  enum class Shown { its_id, charge, charge_and_transaction };
  struct Answer {
    int status = 200;
    boost::json::object body;
  };

  Task<http::Response> handle(const http::Request& request);
  Task<http::Response> stall();
  Answer check(const http::Request& request);
  Answer once(const http::Request& request, StripeTrouble trouble);
  Answer route(const http::Request& request, const Form& form);
  Answer complain(std::string what, int status, std::string_view type, std::string_view code = {},
                  std::string_view param = {});
  Answer create(const Form& form);
  Answer confirm(Intent& intent, const Form& form);
  Answer cancel(Intent& intent, const Form& form);
  Answer capture(Intent& intent, const Form& form);
  Answer refund(const Form& form);
  Answer list_intents(const Form& query);
  Answer list_refunds(const Form& query);
  Answer list_disputes(const Form& query);
  Answer decline(Intent& intent, std::string code, std::string decline_code);
  Answer unexpected_state(const Intent& intent);
  std::optional<Answer> unknown_parameter(const Form& form, const std::set<std::string>& known);
  std::optional<Answer> wrong_value(const Form& form);
  Answer show(const Intent& intent, const Form& form);
  boost::json::object to_json(const Intent& intent, Shown shown = Shown::its_id) const;
  boost::json::object to_json(const Dispute& dispute) const;
  static boost::json::object to_json(const Refund& refund);
  void move_money(Intent& intent);
  StripeTrouble next_trouble(std::string_view path);

  struct Stored {
    std::string request;
    Answer answer;
  };
  const Clock& clock_;
  boost::asio::io_context& loop_;
  std::vector<std::string> complaints_;
  bool stopping_ = false;
  std::set<boost::asio::steady_timer*> stalling_;
  std::map<std::string, Stored> replies_;  // by idempotency key
  std::string trouble_path_;
  StripeTrouble trouble_ = StripeTrouble::none;
  int trouble_times_ = 0;
  http::Server server_;
};

}  // namespace souk::payment
