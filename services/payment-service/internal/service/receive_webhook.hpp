#pragma once

#include <functional>
#include <map>
#include <string>

#include "database/database.hpp"
#include "internal/gateway/providers.hpp"
#include "internal/repository/dispute_repository.hpp"
#include "internal/repository/webhook_repository.hpp"
#include "middleware/log.hpp"
#include "middleware/metrics.hpp"
#include "runtime/call.hpp"

namespace souk::payment {

struct WebhookCommand {
  std::string provider;
  std::map<std::string, std::string> headers;  ///< by their names in lower case
  std::string body;                            ///< as it came: the signature is over these bytes
};

/// Takes what a provider tells. Signed or not, it is a hint and no fact: the payment that it is about
/// is made due, and Recovery asks the provider, as it would have some seconds later. So neither a
/// repeat nor a late one nor one in the wrong order can do harm. Only disputes are taken as told: the
/// newest by the provider's clock, and each movement of money once. Owned by the module, lives on its loop.
class ReceiveWebhook {
 public:
  /// `wake`: has Recovery sweep now.
  ReceiveWebhook(database::Database& database, const Clock& clock, Log& log, Metrics& metrics,
                 const Providers& providers, WebhookRepository& webhooks,
                 DisputeRepository& disputes, std::function<void()> wake)
      : database_(database),
        clock_(clock),
        log_(log),
        metrics_(metrics),
        providers_(providers),
        webhooks_(webhooks),
        disputes_(disputes),
        wake_(std::move(wake)) {}

  /// Throws Error{not_found} for a provider that this shop has not, Error{malformed,
  /// "invalid_webhook"} for what it did not sign, Error{unavailable} where that cannot be told now.
  Task<> operator()(const rpc::Call& call, WebhookCommand command);

 private:
  Task<bool> act_on(std::string provider, WebhookNews news, Deadline deadline);
  void count(std::string_view provider, std::string_view result);

  database::Database& database_;
  const Clock& clock_;
  Log& log_;
  Metrics& metrics_;
  const Providers& providers_;
  WebhookRepository& webhooks_;
  DisputeRepository& disputes_;
  std::function<void()> wake_;
};

}  // namespace souk::payment
