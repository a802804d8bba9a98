#include "small_shop.hpp"

namespace souk::chaos {
namespace {

constexpr std::int64_t kPrice = 500;
constexpr const char* kShopper = "ada";

std::string number_of(const std::string& order) { return "S-" + order; }

}  // namespace

SmallShop::SmallShop() {
  evidence.users = {kShopper};
  evidence.movements.push_back({"LAMP", "set", "", 10});
  tell("", "welcome");

  sell("sold", 3, {"placed", "confirmed", "fulfilled", "refund_requested", "partially_refunded"});
  order("sold").status = "partially_refunded";
  order("sold").refund_requested = order("sold").refunded = 200;
  evidence.order_refunds.push_back({"refund-sold", "sold", "succeeded", 200});
  pay("sold", 3 * kPrice, 3 * kPrice, 200);
  payment("sold").disputed = kPrice;
  payment("sold").books -= kPrice;
  evidence.holds.push_back({"sold", "claimed", {{"LAMP", 3}}});
  evidence.movements.push_back({"LAMP", "sale", "sold", -3});
  for (const auto* kind : {"order_confirmation", "order_shipped", "refund"}) tell("sold", kind);

  sell("cancelled", 2, {"placed", "confirmed", "cancelled", "refund_requested", "refunded"});
  order("cancelled").refund_requested = order("cancelled").refunded = 2 * kPrice;
  evidence.order_refunds.push_back({"refund-cancelled", "cancelled", "succeeded", 2 * kPrice});
  pay("cancelled", 2 * kPrice, 2 * kPrice, 2 * kPrice);
  evidence.holds.push_back({"cancelled", "returned", {{"LAMP", 2}}});
  evidence.movements.push_back({"LAMP", "sale", "cancelled", -2});
  evidence.movements.push_back({"LAMP", "return", "cancelled", 2});
  for (const auto* kind : {"order_confirmation", "order_cancelled", "refund"})
    tell("cancelled", kind);

  sell("declined", 1, {"placed", "payment_failed"});
  order("declined").status = "payment_failed";
  pay("declined", kPrice, 0, 0);
  evidence.holds.push_back({"declined", "released", {{"LAMP", 1}}});
  tell("declined", "payment_failed");

  sell("rejected", 50, {"placed", "rejected"});
  evidence.holds.push_back({"rejected", "refused", {{"LAMP", 45}}});

  for (const auto* paid : {"sold", "cancelled"}) tell(std::string{"of "} + paid, "payment_success");
  evidence.documents = {{"invoice", "sold", 2026, 1},
                        {"credit_note", "refund-sold", 2026, 1},
                        {"invoice", "cancelled", 2026, 2},
                        {"credit_note", "refund-cancelled", 2026, 2}};
  evidence.stock.push_back({"LAMP", 7, 0});
  shop();
}

void SmallShop::sell(const std::string& id, std::int64_t quantity,
                     std::vector<std::string> events) {
  const auto total = quantity * kPrice;
  evidence.orders.push_back({.id = id,
                             .user = kShopper,
                             .number = number_of(id),
                             .status = id,
                             .currency = "USD",
                             .version = static_cast<std::int64_t>(events.size()),
                             .subtotal = total,
                             .total = total});
  evidence.lines.push_back({id, "LAMP", quantity, kPrice, total});
  for (std::size_t i = 0; i < events.size(); ++i)
    evidence.events.push_back({id, static_cast<std::int64_t>(i + 1), events[i]});
  evidence.checkouts.push_back({id, kShopper, "key of " + id, "done"});
}

void SmallShop::pay(const std::string& id, std::int64_t amount, std::int64_t captured,
                    std::int64_t refunded) {
  const std::string status = captured == 0          ? "declined"
                             : refunded == 0        ? "captured"
                             : refunded == captured ? "refunded"
                                                    : "partially_refunded";
  evidence.payments.push_back({.id = "payment-" + id,
                               .order = id,
                               .status = status,
                               .amount = amount,
                               .captured = captured,
                               .refunded = refunded,
                               .books = captured - refunded});
  evidence.charges.push_back({.id = "charge-" + id,
                              .key = "payment-" + id,
                              .reference = id,
                              .status = captured == 0 ? "declined" : "captured",
                              .amount = amount,
                              .captured = captured,
                              .refunded = refunded});
}

void SmallShop::tell(const std::string& id, std::string_view kind) {
  const std::string name{kind};
  const auto message = "message-" + id + "-" + name;
  const bool about_order =
      evidence.orders.end() != std::ranges::find(evidence.orders, id, &Evidence::Order::id);
  evidence.messages.push_back({.id = message,
                               .event = "event-" + id + "-" + name,
                               .user = kShopper,
                               .kind = name,
                               .status = "sent",
                               .number = about_order ? number_of(id) : ""});
  const auto subject = name == "order_confirmation" ? "Your order " + number_of(id) : name;
  evidence.mails.push_back({message, "ada@example.com", subject});
}

/// What the shopper and the staff did, as they saw it.
void SmallShop::shop() {
  const auto ok = [](std::string what, std::string key, std::string order) {
    return Call{.who = kShopper,
                .what = std::move(what),
                .key = std::move(key),
                .order = std::move(order),
                .sku = "LAMP",
                .end_ms = 1,
                .outcome = Outcome::ok,
                .status = 200};
  };
  const auto refused = [](Call call, int status, std::string code) {
    call.outcome = Outcome::refused;
    call.status = status;
    call.code = std::move(code);
    return call;
  };
  const auto buy = [&ok](const std::string& id, std::int64_t quantity) {
    auto call = ok("buy", "key of " + id, "");
    call.quantity = quantity;
    call.amount = call.told_amount = quantity * kPrice;
    call.told_id = id;
    call.told_number = number_of(id);
    return call;
  };
  auto registered = ok("register", "", "");
  registered.told_id = kShopper;
  auto stocked = ok("stock", "", "");
  stocked.quantity = 10;
  auto lost = buy("sold", 3);  // nobody answered the first time
  lost.outcome = Outcome::unknown;
  lost.status = 0;
  lost.told_id = lost.told_number = "";
  lost.told_amount = 0;
  auto refund = ok("refund", "key of a refund", "sold");
  refund.amount = refund.told_amount = 200;
  refund.told_id = "refund-sold";
  auto cancel = ok("cancel", "key of a cancel", "cancelled");
  cancel.quantity = 2;
  calls = {registered,
           stocked,
           buy("sold", 3),
           lost,
           buy("sold", 3),
           ok("fulfil", "key of a fulfilment", "sold"),
           refund,
           buy("cancelled", 2),
           cancel,
           refused(buy("declined", 1), 402, "payment_declined"),
           refused(ok("buy", "key of rejected", ""), 409, "out_of_stock"),
           refused(ok("reuse", "", "sold"), 422, "idempotency_key_reused"),
           refused(ok("peek", "", "sold"), 404, "not_found")};
}

Evidence::Movement& SmallShop::movement(std::string_view order, std::string_view kind) {
  return *std::ranges::find_if(evidence.movements, [&](const auto& movement) {
    return movement.order == order && movement.kind == kind;
  });
}

Evidence::Message& SmallShop::message(std::string_view order, std::string_view kind) {
  return *std::ranges::find_if(evidence.messages, [&](const auto& message) {
    return message.number == number_of(std::string{order}) && message.kind == kind;
  });
}

void SmallShop::drop_message(std::string_view order, std::string_view kind) {
  const auto id = message(order, kind).id;
  std::erase_if(evidence.messages, [&](const auto& message) { return message.id == id; });
}

}  // namespace souk::chaos
