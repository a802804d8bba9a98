#pragma once

#include <optional>
#include <string>

#include "database/database.hpp"
#include "internal/models/payment.hpp"

namespace souk::payment {

/// The table `webhook_events`, and what a webhook does to payments and refunds: it has them looked
/// after. Lives on the module's loop.
class WebhookRepository {
 public:
  WebhookRepository(database::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  /// The payment of whatever tenant that a provider means: by our key where it knows that, else by
  /// its own reference.
  Task<std::optional<Payment>> payment_of(std::string provider, std::string key,
                                          std::string reference,
                                          std::chrono::steady_clock::time_point deadline);

  /// Records an event; false if it is recorded already.
  Task<bool> record(database::Transaction& tx, std::string provider, std::string event_id,
                    std::string event_type, std::optional<PaymentId> payment_id);
  /// A pending payment is looked after now, and so are the refunds of a payment.
  void make_due(database::Transaction& tx, PaymentId payment_id);

  /// Forgets events that came before `before`.
  Task<> forget(Time before, std::chrono::steady_clock::time_point deadline);

 private:
  database::Database& database_;
  const Clock& clock_;
};

}  // namespace souk::payment
