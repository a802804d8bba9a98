#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "core/clock.hpp"
#include "core/money.hpp"
#include "http/message.hpp"

/// What PayPal's documentation says that a request has to look like. A request that does not is
/// refused by throwing a Refusal. Pure.
namespace souk::payment::fake {

struct Refusal {
  int status;
  std::string name, issue, field;
  bool our_fault;  ///< no state of the ledger explains it: we have sent what we should not
};

inline constexpr bool kOurFault = true;

[[noreturn]] void refuse(int status, std::string name, std::string issue, std::string field = "",
                         bool our_fault = false);

struct OrderRequest {
  std::string custom_id, invoice_id, return_url;
  Money amount;
};
struct Search {
  Time from, to;
  std::int64_t page = 1, page_size = 100;
};

void check_token_request(const http::Request& request, std::string_view id,
                         std::string_view secret);
OrderRequest read_order_request(const http::Request& request);
/// The new intent.
std::string read_intent_patch(const http::Request& request);
void check_capture_request(const http::Request& request);
Money read_refund_request(const http::Request& request);
Search read_search(const http::Request& request);
/// The token of the page after it; empty for the first.
std::string read_dispute_search(const http::Request& request);
boost::json::value page_of(const boost::json::array& all, const Search& search);

std::string request_id(const http::Request& request);
bool wants_representation(const http::Request& request);
/// An amount as PayPal writes it.
std::string decimal(const Money& money);

}  // namespace souk::payment::fake
