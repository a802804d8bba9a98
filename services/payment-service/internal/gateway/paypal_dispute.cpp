#include "internal/gateway/paypal_dispute.hpp"

#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "http/uri.hpp"
#include "internal/gateway/paypal_amount.hpp"

namespace souk::payment::paypal {
namespace {

namespace json = boost::json;

constexpr std::string_view kDisputes = "/v1/customer/disputes";
/// As many as PayPal puts on a page.
constexpr int kDisputesAtOnce = 50;

const json::array* list_in(const json::value& value, std::string_view pointer) {
  boost::system::error_code absent;
  const auto* found = value.find_pointer(pointer, absent);
  return found ? found->if_array() : nullptr;
}

/// What moved between PayPal and the seller. Movements have no ids: what is said of one stands for
/// it, and how many were the same before.
std::vector<DisputeMovement> read_movements(const json::value& details, Currency currency) {
  std::vector<DisputeMovement> movements;
  std::map<std::string, int> seen;
  const auto* list = list_in(details, "/money_movements");
  if (!list) return movements;
  for (const auto& item : *list) {
    const auto value = text_at(item, "/amount/value");
    const auto amount = from_value(value, text_at(item, "/amount/currency_code"));
    if (text_at(item, "/affected_party") != "SELLER" || !amount || amount->currency() != currency)
      continue;
    const auto type = text_at(item, "/type");
    const auto reason = text_at(item, "/reason");
    const auto minor = type == "CREDIT" ? -amount->amount_minor() : amount->amount_minor();
    const auto said =
        fmt::format("{} {} {} {}", text_at(item, "/initiated_time"), type, reason, value);
    const bool fee = reason.ends_with("_FEE");
    movements.push_back({.id = fmt::format("{} {}", said, ++seen[said]),
                         .amount_minor = fee ? 0 : minor,
                         .fee_minor = fee ? minor : 0});
  }
  return movements;
}

/// The query of the next page; empty on the last one.
std::string next_page(const json::value& page) {
  const auto* links = list_in(page, "/links");
  if (!links) return {};
  for (const auto& link : *links) {
    const auto href = text_at(link, "/href");
    const auto question = href.find('?');
    if (text_at(link, "/rel") == "next" && question != std::string::npos)
      return href.substr(question);
  }
  return {};
}

Task<Answer<Dispute>> read_one(Client& client, std::string id, Deadline deadline) {
  const auto response = co_await client.send(
      {.target = fmt::format("{}/{}", kDisputes, http::percent_encode(id))}, deadline);
  if (!response) co_return std::unexpected(response.error());
  try {
    if (auto dispute = read_dispute(body_of(*response))) co_return *std::move(dispute);
  } catch (const Error&) {  // a time that is none
  }
  co_return std::unexpected(Doubt::unknown);
}

}  // namespace

std::optional<Dispute> read_dispute(const json::value& details) {
  const auto amount = from_value(text_at(details, "/dispute_amount/value"),
                                 text_at(details, "/dispute_amount/currency_code"));
  auto id = text_at(details, "/dispute_id");
  if (!amount || id.empty()) return std::nullopt;
  auto outcome = text_at(details, "/dispute_outcome/outcome_code");
  return Dispute{.id = std::move(id),
                 .reference = text_at(details, "/disputed_transactions/0/seller_transaction_id"),
                 .amount = *amount,
                 .reason = text_at(details, "/reason"),
                 .status = outcome.empty() ? text_at(details, "/status") : std::move(outcome),
                 .changed_at = from_rfc3339(text_at(details, "/update_time")),
                 .movements = read_movements(details, amount->currency())};
}

Task<Answer<std::vector<Dispute>>> read_disputes(Client& client, Deadline deadline) {
  std::vector<Dispute> disputes;
  for (auto query = fmt::format("?page_size={}", kDisputesAtOnce); !query.empty();) {
    const auto response =
        co_await client.send({.target = std::string{kDisputes} + query}, deadline);
    if (!response) co_return std::unexpected(response.error());
    const auto page = body_of(*response);
    const auto* items = response->status == 200 ? list_in(page, "/items") : nullptr;
    if (!items) co_return std::unexpected(Doubt::unknown);
    for (const auto& item : *items) {
      auto dispute = co_await read_one(client, text_at(item, "/dispute_id"), deadline);
      if (!dispute) co_return std::unexpected(dispute.error());
      disputes.push_back(*std::move(dispute));
    }
    query = next_page(page);
  }
  co_return disputes;
}

}  // namespace souk::payment::paypal
