#include "internal/service/receive_webhook.hpp"

#include <prometheus/counter.h>

namespace souk::payment {

Task<> ReceiveWebhook::operator()(const rpc::Call& call, WebhookCommand command) {
  auto* provider = providers_.find(command.provider);
  if (provider == nullptr) throw not_found("payment provider");
  auto news = co_await provider->read_webhook(
      {.headers = std::move(command.headers), .body = std::move(command.body), .now = clock_.now()},
      call.deadline);
  if (!news) {
    count(command.provider, "refused");
    if (news.error() == WebhookRefusal::not_expected) throw not_found("payment provider");
    if (news.error() == WebhookRefusal::try_again)
      throw unavailable("The signature cannot be checked now.");
    throw Error{Kind::malformed, "invalid_webhook",
                "This is not signed by the provider, or it is too old."};
  }
  if (!*news) {
    count(command.provider, "ignored");
    co_return;
  }
  const bool first = co_await act_on(command.provider, **std::move(news), call.deadline);
  count(command.provider, first ? "accepted" : "repeated");
  if (first) wake_();
}

Task<bool> ReceiveWebhook::act_on(std::string provider, WebhookNews news, Deadline deadline) {
  const auto payment =
      co_await webhooks_.payment_of(provider, news.idempotency_key, news.reference, deadline);
  if (!payment) {
    log_.warn("a webhook about no payment that is known here",
              {{"provider", provider}, {"event", news.event_type}, {"id", news.event_id}});
  }
  const auto id = payment ? std::optional{payment->id} : std::nullopt;
  const database::Scope scope{payment ? payment->tenant : kDefaultTenant, deadline};
  co_return co_await database_.transact(scope, [&](database::Transaction& tx) -> Task<bool> {
    if (!co_await webhooks_.record(tx, provider, news.event_id, news.event_type, id))
      co_return false;
    if (!id) co_return true;
    webhooks_.make_due(tx, *id);
    if (news.dispute) co_await disputes_.keep(tx, provider, *id, *news.dispute);
    co_return true;
  });
}

void ReceiveWebhook::count(std::string_view provider, std::string_view result) {
  metrics_
      .counter("souk_payment_webhooks_total", "Webhooks of payment providers",
               {{"provider", std::string{provider}}, {"result", std::string{result}}})
      .Increment();
}

}  // namespace souk::payment
