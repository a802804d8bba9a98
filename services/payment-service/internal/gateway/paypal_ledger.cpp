#include "internal/gateway/paypal_ledger.hpp"

#include <chrono>
#include <unordered_map>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "http/uri.hpp"
#include "internal/gateway/paypal_amount.hpp"

namespace souk::payment::paypal {
namespace {

namespace json = boost::json;

/// The longest that PayPal searches at once.
constexpr std::chrono::days kWindow{31};
/// A year: twice as long as a payment can be refunded or disputed.
constexpr int kWindows = 12;
/// The most that PayPal puts on a page.
constexpr int kTransactions = 500;

// Groups of transaction event codes: payments, and what goes back of one.
constexpr std::string_view kPayments = "T00";
constexpr std::string_view kRefund = "T1107";

/// The transactions of a ledger as they come in: a refund may come before its payment, and in another
/// window.
struct Gathered {
  std::vector<ProviderCharge> charges;
  std::unordered_map<std::string, std::int64_t> refunded;  // by the payment's transaction id
};

std::optional<Money> amount_of(const json::value& transaction, const std::string& name) {
  return from_value(text_at(transaction, "/" + name + "/value"),
                    text_at(transaction, "/" + name + "/currency_code"));
}

void gather(const json::value& transaction, Gathered& into) {
  const auto code = text_at(transaction, "/transaction_event_code");
  const auto status = text_at(transaction, "/transaction_status");
  const auto amount = amount_of(transaction, "transaction_amount");
  if (!amount || status == "D") return;
  if (code == kRefund) {
    into.refunded[text_at(transaction, "/paypal_reference_id")] -= amount->amount_minor();
    return;
  }
  auto key = text_at(transaction, "/custom_field");
  if (!code.starts_with(kPayments) || amount->amount_minor() <= 0 || key.empty()) return;
  const bool pending = status == "P";
  ProviderCharge charge{.reference = text_at(transaction, "/transaction_id"),
                        .idempotency_key = std::move(key),
                        .state = pending ? ChargeState::processing : ChargeState::captured,
                        .amount = *amount,
                        .captured_minor = pending ? 0 : amount->amount_minor()};
  if (const auto fee = amount_of(transaction, "fee_amount"))
    charge.fees_minor = -fee->amount_minor();
  into.charges.push_back(std::move(charge));
}

std::string search_path(Time from, Time to, std::int64_t page) {
  const auto day = [](Time time) { return http::percent_encode(to_rfc3339(time)); };
  return fmt::format(
      "/v1/reporting/transactions?start_date={}&end_date={}&fields=transaction_info"
      "&balance_affecting_records_only=Y&page_size={}&page={}",
      day(from), day(to), kTransactions, page);
}

/// The number of pages that there are; 0 where the reply is none of PayPal's.
std::int64_t gather_page(const http::ClientResponse& response, Gathered& into) {
  const auto body = body_of(response);
  boost::system::error_code absent;
  const auto* pages = body.find_pointer("/total_pages", absent);
  const auto* details = body.find_pointer("/transaction_details", absent);
  if (response.status != 200 || !pages || !pages->is_int64() || !details || !details->is_array())
    return 0;
  for (const auto& detail : details->get_array()) {
    if (const auto* transaction = detail.find_pointer("/transaction_info", absent))
      gather(*transaction, into);
  }
  return std::max<std::int64_t>(pages->get_int64(), 1);
}

Task<std::optional<Doubt>> gather_window(Client& client, Time from, Time to, Gathered& into,
                                         Deadline deadline) {
  for (std::int64_t page = 1, pages = 1; page <= pages; ++page) {
    const auto response = co_await client.send({.target = search_path(from, to, page)}, deadline);
    if (!response) co_return response.error();
    pages = gather_page(*response, into);
    if (pages == 0) co_return Doubt::unknown;
  }
  co_return std::nullopt;
}

}  // namespace

Task<Answer<LedgerPage>> read_ledger(Client& client, Time now, Deadline deadline) {
  Gathered gathered;
  // PayPal counts in seconds, and a window includes both of its ends.
  constexpr std::chrono::seconds kOne{1};
  const auto end = std::chrono::ceil<std::chrono::seconds>(now);
  const auto begin = end - kWindow * kWindows + kOne;
  for (auto from = begin; from < end; from += kWindow) {
    const auto doubt =
        co_await gather_window(client, from, from + kWindow - kOne, gathered, deadline);
    if (doubt) co_return std::unexpected(*doubt);
  }
  LedgerPage page{.charges = std::move(gathered.charges)};
  for (auto& charge : page.charges) {
    const auto found = gathered.refunded.find(charge.reference);
    if (found != gathered.refunded.end()) charge.refunded_minor = found->second;
  }
  page.since = begin;
  co_return page;
}

}  // namespace souk::payment::paypal
