#include "internal/gateway/stripe_provider.hpp"

#include "internal/gateway/stripe_amount.hpp"
#include "internal/gateway/stripe_dispute.hpp"
#include "internal/gateway/stripe_webhook.hpp"

namespace souk::payment {
namespace {

namespace json = boost::json;

/// As many as Stripe gives at once.
constexpr int kStripePage = 100;

/// The intent in a reply: what was asked for, or what an error is about.
std::optional<StripeIntent> intent_in(const StripeReply& reply) {
  if (reply.ok()) return read_intent(reply.body);
  const auto* error = reply.body.if_contains("error");
  if (!error || !error->is_object()) return std::nullopt;
  const auto* intent = error->get_object().if_contains("payment_intent");
  return intent ? read_intent(*intent) : std::nullopt;
}

/// A refund that is on its way counts as made: Stripe has taken it on.
std::optional<ProviderRefund> read_refund_object(const json::object& refund) {
  const auto* status = refund.if_contains("status");
  const auto* id = refund.if_contains("id");
  if (!status || !status->is_string() || !id || !id->is_string()) return std::nullopt;
  const bool failed = status->get_string() == "failed" || status->get_string() == "canceled";
  return ProviderRefund{failed ? Verdict::refused : Verdict::done, std::string{id->get_string()}};
}

/// The refund of a list that was made for this order of ours.
std::optional<ProviderRefund> refund_for(const json::array& refunds, std::string_view key) {
  for (const auto& refund : refunds) {
    const auto* metadata = refund.as_object().if_contains("metadata");
    if (!metadata || !metadata->is_object()) continue;
    const auto* id = metadata->get_object().if_contains("refund_id");
    if (id && id->is_string() && id->get_string() == key)
      return read_refund_object(refund.as_object());
  }
  return std::nullopt;
}

/// Stripe has understood and will not do it, ever.
bool refused_for_good(const StripeReply& reply) {
  return reply.status == 400 && reply.error("type") == "invalid_request_error" &&
         reply.error("code") != "balance_insufficient";
}

}  // namespace

StripeProvider::StripeProvider(boost::asio::io_context& loop, StripeSettings settings,
                               IdGenerator& ids, Log& log)
    : settings_(std::move(settings)),
      client_(loop, settings_.url, settings_.api_key, settings_.timeout, log),
      ids_(ids),
      log_(log) {}

Task<Answer<Prepared>> StripeProvider::prepare(ChargeOrder order, Deadline deadline) {
  const auto amount = to_stripe(order.amount);
  const Prepared refused{.reference = {}, .decline_code = std::string{kMethodNotPossible}};
  if (!amount) {
    log_.error("Stripe has no such amount", {{"amount", order.amount.str()}});
    co_return refused;
  }
  std::string currency{order.amount.currency().code()};
  for (auto& c : currency) c = static_cast<char>(c + 32);  // A to Z, by its making
  StripeForm form;
  form.add("amount", *amount)
      .add("currency", currency)
      .add("capture_method", settings_.manual_capture ? "manual" : "automatic")
      .add("payment_method_types[]", order.method)
      .add("metadata[payment_id]", order.idempotency_key)
      .add("metadata[order_id]", order.order_reference);
  const auto reply = co_await client_.post("/v1/payment_intents", std::move(form),
                                           order.idempotency_key, deadline);
  if (!reply) co_return std::unexpected{reply.error()};
  const auto intent = reply->ok() ? read_intent(reply->body) : std::nullopt;
  if (intent && intent->charge.amount == order.amount)
    co_return Prepared{.reference = intent->charge.reference};
  const auto doubt = client_.unexpected(*reply, "prepare");
  if (refused_for_good(*reply)) co_return refused;
  co_return std::unexpected{doubt};
}

Task<Answer<StripeReply>> StripeProvider::act(const ProviderRef& payment, std::string_view what,
                                              StripeForm form, std::string key, Deadline deadline) {
  form.add("expand[]", "latest_charge");
  return client_.post(fmt::format("/v1/payment_intents/{}/{}", payment.reference, what),
                      std::move(form), std::move(key), deadline);
}

Task<Answer<ProviderCharge>> StripeProvider::charge(ProviderRef payment, ChargeOrder order,
                                                    Deadline deadline) {
  StripeForm form;
  if (order.token.starts_with("tok_")) {
    form.add("payment_method_data[type]", "card")
        .add("payment_method_data[card][token]", order.token);
  } else {
    form.add("payment_method", order.token);
  }
  if (!order.return_url.empty()) form.add("return_url", order.return_url);
  const auto reply = co_await act(payment, "confirm", std::move(form),
                                  payment.idempotency_key + "-confirm", deadline);
  if (!reply) co_return std::unexpected{reply.error()};
  // A stored reply tells how things stood then, not how they stand.
  if (reply->replayed) co_return std::unexpected{Doubt::unknown};
  if (auto intent = intent_in(*reply)) {
    if (!intent->asked) co_return co_await refuse(std::move(payment), deadline);
    co_return co_await conclude(std::move(payment), std::move(*intent), deadline);
  }
  if (refused_for_good(*reply)) {
    client_.unexpected(*reply, "confirm");
    co_return co_await refuse(std::move(payment), deadline);
  }
  co_return std::unexpected{client_.unexpected(*reply, "confirm")};
}

/// A declined intent is ended before anybody is told that it was declined.
Task<Answer<ProviderCharge>> StripeProvider::conclude(ProviderRef payment, StripeIntent intent,
                                                      Deadline deadline) {
  intent.charge.idempotency_key = payment.idempotency_key;
  if (!intent.can_be_retried) co_return std::move(intent.charge);
  auto ended = co_await cancel(std::move(payment), deadline);
  if (!ended) co_return std::unexpected{Doubt::unknown};
  co_return ended;
}

/// Stripe takes no such token: the shopper may try another. Unless somebody else was faster.
Task<Answer<ProviderCharge>> StripeProvider::refuse(ProviderRef payment, Deadline deadline) {
  auto ended = co_await cancel(std::move(payment), deadline);
  if (!ended) co_return std::unexpected{Doubt::unknown};
  if (ended->state == ChargeState::cancelled) {
    ended->state = ChargeState::declined;
    ended->decline_code = "try_again";
  }
  co_return ended;
}

Task<Answer<std::optional<ProviderCharge>>> StripeProvider::find(ProviderRef payment,
                                                                 Deadline deadline) {
  if (payment.reference.empty()) co_return std::nullopt;  // never prepared, so never charged
  const auto reply = co_await client_.get(
      fmt::format("/v1/payment_intents/{}?expand[]=latest_charge.balance_transaction",
                  payment.reference),
      deadline);
  if (!reply) co_return std::unexpected{reply.error()};
  auto intent = reply->ok() ? intent_in(*reply) : std::nullopt;
  if (!intent) co_return std::unexpected{client_.unexpected(*reply, "find")};
  if (!intent->asked) co_return std::nullopt;
  auto charge = co_await conclude(std::move(payment), std::move(*intent), deadline);
  if (!charge) co_return std::unexpected{charge.error()};
  co_return std::move(*charge);
}

Task<Answer<ProviderCharge>> StripeProvider::cancel(ProviderRef payment, Deadline deadline) {
  StripeForm form;
  form.add("cancellation_reason", "abandoned");
  // Idempotent by nature; a key of its own each time, lest an old refusal is replayed.
  const auto reply = co_await act(payment, "cancel", std::move(form), fresh_key(), deadline);
  if (!reply) co_return std::unexpected{reply.error()};
  auto intent = intent_in(*reply);
  // What is not ended after this has no outcome yet, whatever else it is.
  if (!intent || !intent->asked || intent->can_be_retried)
    co_return std::unexpected{client_.unexpected(*reply, "cancel")};
  intent->charge.idempotency_key = payment.idempotency_key;
  co_return std::move(intent->charge);
}

Task<Answer<ProviderCharge>> StripeProvider::capture(ProviderRef payment, Deadline deadline) {
  const auto reply = co_await act(payment, "capture", {}, fresh_key(), deadline);
  if (!reply) co_return std::unexpected{reply.error()};
  auto intent = intent_in(*reply);
  if (!intent) co_return std::unexpected{client_.unexpected(*reply, "capture")};
  co_return std::move(intent->charge);
}

Task<Answer<ProviderRefund>> StripeProvider::refund(RefundOrder order, Deadline deadline) {
  const auto amount = to_stripe(order.amount);
  if (!amount) co_return ProviderRefund{Verdict::refused};
  const auto made = co_await refund_made(order, deadline);
  if (!made) co_return std::unexpected{made.error()};
  if (*made) co_return **made;
  StripeForm form;
  form.add("payment_intent", order.charge_reference)
      .add("amount", *amount)
      .add("metadata[refund_id]", order.idempotency_key);
  const auto reply = co_await client_.post("/v1/refunds", std::move(form),
                                           order.idempotency_key + "-refund", deadline);
  if (!reply) co_return std::unexpected{reply.error()};
  if (auto refund = reply->ok() ? read_refund_object(reply->body) : std::nullopt)
    co_return *std::move(refund);
  if (refused_for_good(*reply)) co_return ProviderRefund{Verdict::refused};
  co_return std::unexpected{client_.unexpected(*reply, "refund")};
}

/// Stripe forgets an idempotency key after a day; a refund may be tried for longer. What it has made
/// it shows.
Task<Answer<std::optional<ProviderRefund>>> StripeProvider::refund_made(const RefundOrder& order,
                                                                        Deadline deadline) {
  std::string after;
  for (bool more = true; more;) {
    const auto reply = co_await client_.get(fmt::format("/v1/refunds?payment_intent={}&limit={}{}",
                                                        order.charge_reference, kStripePage, after),
                                            deadline);
    if (!reply) co_return std::unexpected{reply.error()};
    const auto* data = reply->ok() ? reply->body.if_contains("data") : nullptr;
    if (!data || !data->is_array())
      co_return std::unexpected{client_.unexpected(*reply, "refunds")};
    const auto& refunds = data->get_array();
    if (auto refund = refund_for(refunds, order.idempotency_key)) co_return refund;
    more = !refunds.empty() && reply->body.at("has_more").as_bool();
    if (more)
      after = fmt::format("&starting_after={}", refunds.back().at("id").as_string().c_str());
  }
  co_return std::nullopt;
}

Task<Answer<Verdict>> StripeProvider::look_at_refund(RefundOrder order, Deadline deadline) {
  const auto made = co_await refund_made(order, deadline);
  if (!made) co_return std::unexpected{made.error()};
  if (!*made) co_return std::unexpected{Doubt::unknown};
  co_return (*made)->verdict;
}

Task<Answer<LedgerPage>> StripeProvider::ledger(std::string after, Deadline deadline) {
  auto target = fmt::format(
      "/v1/payment_intents?limit={}&expand[]=data.latest_charge.balance_transaction", kStripePage);
  if (!after.empty()) target += "&starting_after=" + after;
  const auto reply = co_await client_.get(std::move(target), deadline);
  if (!reply) co_return std::unexpected{reply.error()};
  const auto* data = reply->ok() ? reply->body.if_contains("data") : nullptr;
  const auto* more = reply->body.if_contains("has_more");
  if (!data || !data->is_array() || !more || !more->is_bool())
    co_return std::unexpected{client_.unexpected(*reply, "ledger")};
  LedgerPage page{.charges = {}, .has_more = more->get_bool()};
  for (const auto& item : data->get_array()) {
    auto intent = read_intent(item);
    if (!intent) co_return std::unexpected{client_.unexpected(*reply, "ledger")};
    page.charges.push_back(std::move(intent->charge));
  }
  co_return page;
}

Task<Answer<std::vector<Dispute>>> StripeProvider::disputes(Deadline deadline) {
  std::vector<Dispute> disputes;
  std::string after;
  for (bool more = true; more;) {
    const auto reply =
        co_await client_.get(fmt::format("/v1/disputes?limit={}{}", kStripePage, after), deadline);
    if (!reply) co_return std::unexpected{reply.error()};
    try {
      if (!reply->ok()) co_return std::unexpected{client_.unexpected(*reply, "disputes")};
      const auto& data = reply->body.at("data").as_array();
      for (const auto& item : data) {
        if (auto dispute = read_stripe_dispute(item.as_object()))
          disputes.push_back(*std::move(dispute));
      }
      more = !data.empty() && reply->body.at("has_more").as_bool();
      if (more) after = fmt::format("&starting_after={}", data.back().at("id").as_string().c_str());
    } catch (const std::exception&) {
      co_return std::unexpected{client_.unexpected(*reply, "disputes")};
    }
  }
  co_return disputes;
}

Task<WebhookReading> StripeProvider::read_webhook(WebhookRequest request, Deadline) {
  if (settings_.webhook_secret.empty()) co_return std::unexpected{WebhookRefusal::not_expected};
  co_return read_stripe_webhook(request, settings_.webhook_secret);
}

}  // namespace souk::payment
