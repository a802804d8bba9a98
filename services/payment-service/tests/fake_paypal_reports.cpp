#include <boost/json.hpp>
#include <fmt/format.h>

#include "services/payment-service/tests/fake_paypal.hpp"
#include "services/payment-service/tests/fake_paypal_rules.hpp"

/// What PayPal shows of what has happened: transactions and disputes.
namespace souk::payment {

namespace json = boost::json;
using fake::refuse;

constexpr std::string_view kDisputePath = "/v1/customer/disputes";

http::Response FakePaypal::transactions(const http::Request& request) {
  const auto search = fake::read_search(request);
  json::array all;
  const auto add = [&](std::string_view code, const std::string& id, const Capture& capture,
                       std::string_view amount, std::string_view fee) {
    const auto currency = capture.amount.currency();
    const auto code_of_currency = currency.code();
    json::object info{
        {"transaction_id", id},
        {"transaction_event_code", code},
        {"transaction_initiation_date", to_rfc3339(capture.at)},
        {"transaction_amount", {{"currency_code", code_of_currency}, {"value", amount}}},
        {"fee_amount", {{"currency_code", code_of_currency}, {"value", fee}}},
        {"transaction_status", "S"}};
    const auto order = orders_.find(capture.order_id);
    if (code == "T0006" && order != orders_.end()) info["custom_field"] = order->second.custom_id;
    if (code != "T0006") info["paypal_reference_id"] = capture.id;
    all.push_back(json::object{{"transaction_info", std::move(info)}});
  };
  for (const auto& [id, capture] : captures_) {
    if (capture.status != "COMPLETED" || capture.at < search.from || capture.at > search.to)
      continue;
    add("T0006", id, capture, fake::decimal(capture.amount), "-0.30");
    for (const auto& [refund_id, refund] : refunds_) {
      if (refund.capture_id == id && refund.status == "COMPLETED")
        add("T1107", refund_id, capture, "-" + fake::decimal(refund.amount), "0.00");
    }
  }
  return http::json_response(200, json::serialize(fake::page_of(all, search)));
}

/// The details of one, or a page with one of them and without what only the details have.
http::Response FakePaypal::disputes(const http::Request& request) {
  if (request.path.size() > kDisputePath.size()) {
    const auto found = disputes_.find(request.path.substr(kDisputePath.size() + 1));
    if (found == disputes_.end()) refuse(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID");
    return http::json_response(200, json::serialize(found->second));
  }
  const auto after = fake::read_dispute_search(request);
  auto next = disputes_.upper_bound(after);
  json::array items, links;
  if (next != disputes_.end()) {
    auto summary = next->second.as_object();
    for (const auto* detail : {"money_movements", "disputed_transactions", "dispute_outcome"})
      summary.erase(detail);
    items.push_back(std::move(summary));
    if (std::next(next) != disputes_.end())
      links.push_back(json::object{{"rel", "next"},
                                   {"method", "GET"},
                                   {"href", fmt::format("{}{}?page_size=50&next_page_token={}",
                                                        url(), kDisputePath, next->first)}});
  }
  return http::json_response(200,
                             json::serialize(json::object{{"items", items}, {"links", links}}));
}

}  // namespace souk::payment
