#pragma once

#include "internal/gateway/provider.hpp"
#include "internal/models/differences.hpp"
#include "internal/repository/dispute_repository.hpp"
#include "internal/repository/webhook_repository.hpp"

namespace souk::payment {

/// Keeps what a provider's list of disputes says that no webhook has told. Owned by the module, lives
/// on its loop.
class DisputeBooks {
 public:
  DisputeBooks(const Clock& clock, database::Database& database, WebhookRepository& webhooks,
               DisputeRepository& disputes)
      : clock_(clock), database_(database), webhooks_(webhooks), disputes_(disputes) {}

  /// Gives back what only people can explain: disputes of no payment of ours, and those that cost
  /// less there than is booked. Throws Error{unavailable} where the list cannot be read.
  Task<std::vector<Difference>> compare(PaymentProvider& provider, Deadline deadline);

 private:
  Task<std::optional<Difference>> compare_one(std::string provider, Dispute dispute,
                                              Deadline deadline);

  const Clock& clock_;
  database::Database& database_;
  WebhookRepository& webhooks_;
  DisputeRepository& disputes_;
};

}  // namespace souk::payment
