#include <fmt/format.h>

#include "services/payment-service/tests/fake_stripe.hpp"

/// What Stripe does with intents and refunds.
namespace souk::payment {
namespace {

namespace json = boost::json;

constexpr std::string_view kInvalid = "invalid_request_error";
/// Of every charge: 2.9 % and thirty cents.
std::int64_t fee_of(std::int64_t amount) { return amount * 29 / 1000 + 30; }

std::optional<std::int64_t> whole(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  return std::stoll(text);
}

json::object metadata_json(const std::map<std::string, std::string>& metadata) {
  json::object object;
  for (const auto& [name, value] : metadata) object[name] = value;
  return object;
}

std::map<std::string, std::string> metadata_of(const std::map<std::string, std::string>& form) {
  std::map<std::string, std::string> metadata;
  for (const auto& [name, value] : form) {
    if (name.starts_with("metadata[")) metadata[name.substr(9, name.size() - 10)] = value;
  }
  return metadata;
}

}  // namespace

json::object FakeStripe::to_json(const Intent& intent, Shown shown) const {
  json::object object{{"id", intent.id},
                      {"object", "payment_intent"},
                      {"amount", intent.amount},
                      {"amount_received", intent.received},
                      {"currency", intent.currency},
                      {"status", intent.status},
                      {"client_secret", intent.id + "_secret"},
                      {"metadata", metadata_json(intent.metadata)},
                      {"last_payment_error", nullptr},
                      {"next_action", nullptr},
                      {"latest_charge", nullptr}};
  if (!intent.error_code.empty()) {
    object["last_payment_error"] = {
        {"type", "card_error"}, {"code", intent.error_code}, {"decline_code", intent.decline_code}};
  }
  if (intent.status == "requires_action" && intent.return_url.empty()) {
    object["next_action"] = {{"type", "use_stripe_sdk"}, {"use_stripe_sdk", json::object{}}};
  } else if (intent.status == "requires_action") {
    object["next_action"] = {{"type", "redirect_to_url"},
                             {"redirect_to_url",
                              {{"url", "https://hooks.stripe.test/3ds/" + intent.id},
                               {"return_url", intent.return_url}}}};
  }
  if (intent.received == 0) return object;
  object["latest_charge"] = "ch_" + intent.id;
  if (shown == Shown::its_id) return object;
  json::object charge{{"id", "ch_" + intent.id},
                      {"object", "charge"},
                      {"currency", intent.currency},
                      {"amount_refunded", intent.refunded},
                      {"balance_transaction", "txn_" + intent.id}};
  if (shown == Shown::charge_and_transaction)
    charge["balance_transaction"] = {
        {"id", "txn_" + intent.id}, {"fee", fee_of(intent.amount)}, {"currency", intent.currency}};
  object["latest_charge"] = std::move(charge);
  return object;
}

FakeStripe::Answer FakeStripe::create(const Form& form) {
  if (auto unknown = unknown_parameter(
          form, {"amount", "currency", "capture_method", "payment_method_types[]"}))
    return *unknown;
  const auto field = [&](const char* name) { return form.contains(name) ? form.at(name) : ""; };
  const auto amount = whole(field("amount"));
  const auto currency = field("currency");
  // The shop of these tests sells for less than a thousand units of anything: more is the wrong unit.
  const std::map<std::string, std::int64_t> most{
      {"usd", 99'999}, {"jpy", 99'999}, {"kwd", 999'999}};
  if (!most.contains(currency))
    return complain("Invalid currency: " + currency, 400, kInvalid, {}, "currency");
  if (!amount || *amount == 0 || *amount > most.at(currency))
    return complain("Invalid integer: " + field("amount"), 400, kInvalid, {}, "amount");
  if (currency == "usd" && *amount < 50) {
    const json::object error{{"type", kInvalid}, {"code", "amount_too_small"}, {"param", "amount"}};
    return {400, {{"error", error}}};
  }
  if (currency == "kwd" && *amount % 10 != 0)
    return complain("three decimals end in zero", 400, kInvalid, {}, "amount");
  if (field("payment_method_types[]") != "card")
    return complain("no such method", 400, kInvalid, {}, "payment_method_types");
  Intent intent{.id = fmt::format("pi_{:04}", intents.size() + 1),
                .amount = *amount,
                .currency = currency,
                .manual = field("capture_method") == "manual",
                .metadata = metadata_of(form)};
  return {200, to_json(intents[intent.id] = intent)};
}

FakeStripe::Answer FakeStripe::confirm(Intent& intent, const Form& form) {
  if (auto unknown =
          unknown_parameter(form, {"payment_method", "payment_method_data[type]",
                                   "payment_method_data[card][token]", "return_url", "expand[]"}))
    return *unknown;
  if (intent.status != "requires_payment_method" && intent.status != "requires_confirmation")
    return unexpected_state(intent);
  if (form.contains("return_url")) intent.return_url = form.at("return_url");
  const bool token = form.contains("payment_method_data[card][token]");
  const auto method =
      token ? form.at("payment_method_data[card][token]") : form.at("payment_method");
  if (method == "pm_card_visa" || method == "tok_visa") {
    move_money(intent);
  } else if (method == "pm_card_threeDSecure2Required" || method == "tok_threeDSecure2Required") {
    intent.status = "requires_action";
  } else if (method == "pm_slow") {
    intent.status = "processing";
  } else if (method == "pm_card_visa_chargeDeclined") {
    return decline(intent, "card_declined", "generic_decline");
  } else if (method == "pm_card_visa_chargeDeclinedInsufficientFunds") {
    return decline(intent, "card_declined", "insufficient_funds");
  } else if (method == "pm_card_chargeDeclinedExpiredCard") {
    return decline(intent, "expired_card", "expired_card");
  } else {
    const json::object error{
        {"type", kInvalid}, {"code", "resource_missing"}, {"param", "payment_method"}};
    return {400, {{"error", error}}};
  }
  return show(intent, form);
}

FakeStripe::Answer FakeStripe::decline(Intent& intent, std::string code, std::string decline_code) {
  intent.status = "requires_payment_method";
  intent.error_code = std::move(code);
  intent.decline_code = std::move(decline_code);
  const json::object error{{"type", "card_error"},
                           {"code", intent.error_code},
                           {"decline_code", intent.decline_code},
                           {"payment_intent", to_json(intent)}};
  return {402, {{"error", error}}};
}

FakeStripe::Answer FakeStripe::unexpected_state(const Intent& intent) {
  const json::object error{{"type", kInvalid},
                           {"code", "payment_intent_unexpected_state"},
                           {"payment_intent", to_json(intent)}};
  return {400, {{"error", error}}};
}

FakeStripe::Answer FakeStripe::cancel(Intent& intent, const Form& form) {
  if (auto unknown = unknown_parameter(form, {"cancellation_reason", "expand[]"})) return *unknown;
  const bool too_late =
      intent.status == "succeeded" || intent.status == "canceled" || intent.status == "processing";
  if (too_late) return unexpected_state(intent);
  intent.status = "canceled";
  return show(intent, form);
}

FakeStripe::Answer FakeStripe::capture(Intent& intent, const Form& form) {
  if (auto unknown = unknown_parameter(form, {"expand[]"})) return *unknown;
  if (intent.status != "requires_capture") return unexpected_state(intent);
  intent.manual = false;
  move_money(intent);
  return show(intent, form);
}

void FakeStripe::move_money(Intent& intent) {
  intent.status = intent.manual ? "requires_capture" : "succeeded";
  if (intent.manual) return;
  intent.received = takes.value_or(intent.amount);
  if (!takes_in.empty()) intent.currency = takes_in;
}

void FakeStripe::customer(const std::string& id, bool approves) {
  auto& intent = intents.at(id);
  if (intent.status != "requires_action") return;
  if (approves) return move_money(intent);
  decline(intent, "payment_intent_authentication_failure", "");
}

FakeStripe::Answer FakeStripe::refund(const Form& form) {
  if (auto unknown = unknown_parameter(form, {"payment_intent", "amount"})) return *unknown;
  if (!form.contains("payment_intent") || !form.contains("amount") ||
      !intents.contains(form.at("payment_intent")))
    return complain("a refund of nothing", 400, kInvalid, "parameter_missing", "payment_intent");
  auto& intent = intents.at(form.at("payment_intent"));
  const auto amount = whole(form.at("amount"));
  if (!amount || *amount == 0 || intent.refunded + *amount > intent.received) {
    const json::object error{{"type", kInvalid}, {"param", "amount"}};
    return {400, {{"error", error}}};
  }
  refunds.push_back({.id = fmt::format("re_{:04}", refunds.size() + 1),
                     .intent = intent.id,
                     .amount = *amount,
                     .metadata = metadata_of(form),
                     .status = refunds_fail ? "failed" : "succeeded"});
  if (!refunds_fail) intent.refunded += *amount;
  return {200, to_json(refunds.back())};
}

/// Newest first, one at once.
FakeStripe::Answer FakeStripe::list_refunds(const Form& query) {
  if (auto unknown = unknown_parameter(query, {"payment_intent", "limit", "starting_after"}))
    return *unknown;
  json::array data;
  bool more = false;
  for (auto refund = refunds.rbegin(); refund != refunds.rend(); ++refund) {
    if (refund->intent != query.at("payment_intent")) continue;
    if (query.contains("starting_after") && refund->id >= query.at("starting_after")) continue;
    more = !data.empty();
    if (more) break;
    data.push_back(to_json(*refund));
  }
  return {200, {{"object", "list"}, {"data", data}, {"has_more", more}}};
}

/// Newest first, two at once: small pages show whether a reader turns them.
FakeStripe::Answer FakeStripe::list_intents(const Form& query) {
  if (auto unknown = unknown_parameter(query, {"limit", "starting_after", "expand[]"}))
    return *unknown;
  json::array data;
  bool more = false;
  for (auto intent = intents.rbegin(); intent != intents.rend(); ++intent) {
    if (query.contains("starting_after") && intent->first >= query.at("starting_after")) continue;
    more = data.size() == 2;
    if (more) break;
    data.push_back(show(intent->second, query).body);
  }
  return {200, {{"object", "list"}, {"data", data}, {"has_more", more}}};
}

json::object FakeStripe::to_json(const Refund& refund) {
  return {{"id", refund.id},         {"object", "refund"},
          {"amount", refund.amount}, {"payment_intent", refund.intent},
          {"status", refund.status}, {"metadata", metadata_json(refund.metadata)}};
}

void FakeStripe::return_last_refund() {
  auto& refund = refunds.back();
  refund.status = "failed";
  intents.at(refund.intent).refunded -= refund.amount;
}

FakeStripe::Dispute& FakeStripe::dispute(const std::string& intent, std::int64_t amount) {
  const auto id = fmt::format("dp_{}", disputes.size() + 1);
  return disputes[id] = {.id = id, .intent = intent, .amount = amount, .moved = {}};
}

void FakeStripe::withdraw(Dispute& dispute) {
  dispute.moved.push_back({"txn_" + dispute.id + "_1", -dispute.amount, 1500});
}

void FakeStripe::close(Dispute& dispute, bool won) {
  dispute.status = won ? "won" : "lost";
  if (won) dispute.moved.push_back({"txn_" + dispute.id + "_2", dispute.amount, 0});
}

json::object FakeStripe::to_json(const Dispute& dispute) const {
  const auto found = intents.find(dispute.intent);
  const auto currency = found == intents.end() ? "usd" : found->second.currency;
  json::array moved;
  for (const auto& [id, amount, fee] : dispute.moved) {
    moved.push_back(json::object{{"id", id},
                                 {"object", "balance_transaction"},
                                 {"amount", amount},
                                 {"fee", fee},
                                 {"net", amount - fee},
                                 {"currency", currency},
                                 {"type", "adjustment"}});
  }
  return {{"id", dispute.id},
          {"object", "dispute"},
          {"amount", dispute.amount},
          {"currency", currency},
          {"charge", "ch_" + dispute.intent},
          {"payment_intent", dispute.intent},
          {"reason", "fraudulent"},
          {"status", dispute.status},
          {"balance_transactions", std::move(moved)}};
}

/// One at once.
FakeStripe::Answer FakeStripe::list_disputes(const Form& query) {
  if (auto unknown = unknown_parameter(query, {"limit", "starting_after"})) return *unknown;
  json::array data;
  bool more = false;
  for (auto dispute = disputes.rbegin(); dispute != disputes.rend(); ++dispute) {
    if (query.contains("starting_after") && dispute->first >= query.at("starting_after")) continue;
    more = !data.empty();
    if (more) break;
    data.push_back(to_json(dispute->second));
  }
  return {200, {{"object", "list"}, {"data", data}, {"has_more", more}}};
}

}  // namespace souk::payment
