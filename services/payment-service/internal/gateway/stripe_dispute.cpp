#include "internal/gateway/stripe_dispute.hpp"

#include <boost/json.hpp>

#include "internal/gateway/stripe_amount.hpp"

namespace souk::payment {
namespace {

namespace json = boost::json;

std::string text_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

/// A balance transaction tells what the account got: below nought, what was taken from it. Where the
/// account settles in another currency than the charge's, the dispute's own amount stands for it,
/// and the fee, which is in that other currency, is left out.
DisputeMovement read_movement(const json::object& transaction, const Dispute& dispute) {
  const auto currency = std::string{transaction.at("currency").as_string()};
  const auto minor = [&](std::string_view name) {
    const auto amount = from_stripe(transaction.at(name).as_int64(), currency);
    return amount && amount->currency() == dispute.amount.currency()
               ? std::optional{amount->amount_minor()}
               : std::nullopt;
  };
  DisputeMovement movement{.id = std::string{transaction.at("id").as_string()}};
  if (const auto amount = minor("amount")) {
    movement.amount_minor = -*amount;
    movement.fee_minor = minor("fee").value_or(0);
  } else {
    const bool taken = transaction.at("amount").as_int64() < 0;
    movement.amount_minor = taken ? dispute.amount.amount_minor() : -dispute.amount.amount_minor();
  }
  return movement;
}

}  // namespace

std::optional<Dispute> read_stripe_dispute(const json::object& object) {
  const auto amount =
      from_stripe(object.at("amount").as_int64(), object.at("currency").as_string());
  if (!amount) return std::nullopt;
  Dispute dispute{.id = std::string{object.at("id").as_string()},
                  .reference = text_in(object, "payment_intent"),
                  .amount = *amount,
                  .reason = text_in(object, "reason"),
                  .status = text_in(object, "status")};
  if (const auto* moved = object.if_contains("balance_transactions")) {
    for (const auto& transaction : moved->as_array())
      dispute.movements.push_back(read_movement(transaction.as_object(), dispute));
  }
  return dispute;
}

}  // namespace souk::payment
