#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/money.hpp"
#include "internal/gateway/webhook.hpp"
#include "internal/models/payment.hpp"
#include "runtime/task.hpp"

namespace souk::payment {

/// Why there is no answer. After `not_sent` nothing can have happened; after `unknown` anything may
/// have, and only asking again tells.
enum class Doubt { not_sent, unknown };

template <class T>
using Answer = std::expected<T, Doubt>;

enum class ChargeState {
  requires_action,  ///< the customer has to do something first
  processing,       ///< the provider works on it still
  authorized,       ///< held, not taken
  captured,
  declined,
  voided,     ///< was held, let go
  cancelled,  ///< ended; no charge will ever come of it
};

std::string_view name(ChargeState state);

/// A charge as the provider tells of it.
struct ProviderCharge {
  std::string reference;  ///< the provider's id
  std::string idempotency_key;
  ChargeState state = ChargeState::captured;
  Money amount;
  std::int64_t captured_minor = 0;
  std::int64_t refunded_minor = 0;
  std::string decline_code;  ///< one of the platform's own (docs/API.md)
  std::optional<NextAction> action = {};
  /// What the provider keeps of it, in the charge's currency; empty where it does not say so.
  std::optional<std::int64_t> fees_minor = {};
};

struct ChargeOrder {
  std::string idempotency_key;
  Money amount;
  std::string token;
  std::string order_reference;
  std::string method = "card";
  std::string return_url = {};  ///< where the customer goes after an action
};

/// A payment as the provider knows it: the key it came with and, once it was prepared, the
/// provider's own id.
struct ProviderRef {
  std::string idempotency_key;
  std::string reference = {};
};

/// What prepare() made: its id at the provider. Or why the provider will never take this payment, in
/// the platform's own words: then nothing was made.
struct Prepared {
  std::string reference;
  std::string decline_code = {};
};

struct RefundOrder {
  std::string idempotency_key;
  std::string charge_reference;
  Money amount;
  std::string reference = {};  ///< its own at the provider, from the time it was made
};

/// Whether the provider did it; a refusal is final.
enum class Verdict { done, refused };

/// A refund as the provider tells of it.
struct ProviderRefund {
  Verdict verdict = Verdict::done;
  std::string reference = {};  ///< the provider's id of it

  bool operator==(Verdict other) const { return verdict == other; }
};

struct LedgerPage {
  std::vector<ProviderCharge> charges;
  bool has_more = false;
  std::optional<Time> since = {};  ///< what is older is not listed; empty: everything is
};

using Deadline = std::chrono::steady_clock::time_point;

/// Where the money is. A payment is prepared first, which cannot move money; what that gives back is
/// committed before the payment is charged, so that whatever happens on the way, the provider can be
/// asked what became of it. Every request carries an idempotency key or is idempotent by nature, so
/// that each may be sent again. Functions don't throw for what goes wrong on the way: an Answer says
/// what is known. Owned by the module, lives on its loop.
class PaymentProvider {
 public:
  virtual ~PaymentProvider() = default;

  /// As it stands in payments.provider.
  virtual std::string_view name() const = 0;

  /// Whether customers can pay by this method with it; what a rule says beside that is for clients that
  /// know better.
  virtual bool takes(std::string_view method) const { return method == "card"; }
  /// What opens its own fields for a card in the customer's browser; empty where there are none.
  virtual std::string publishable_key() const { return {}; }

  /// Makes what charge() will charge, and gives back its id at the provider. A provider that knows
  /// payments by their key alone gives back the key.
  virtual Task<Answer<Prepared>> prepare(ChargeOrder order, Deadline deadline) = 0;
  /// Takes the money, or is declined, or needs the customer, or finds the payment cancelled. Goes on
  /// with one whose customer has done what was needed.
  virtual Task<Answer<ProviderCharge>> charge(ProviderRef payment, ChargeOrder order,
                                              Deadline deadline) = 0;
  /// What became of it; nothing where the provider has not been asked to charge it, though a request
  /// that was sent may still be on its way.
  virtual Task<Answer<std::optional<ProviderCharge>>> find(ProviderRef payment,
                                                           Deadline deadline) = 0;
  /// Ends the payment for good: no charge comes of it any more, an authorization is let go. A
  /// captured charge stays captured; the answer shows it.
  virtual Task<Answer<ProviderCharge>> cancel(ProviderRef payment, Deadline deadline) = 0;

  /// Takes what is held. The answer shows what became of it.
  virtual Task<Answer<ProviderCharge>> capture(ProviderRef payment, Deadline deadline) = 0;
  virtual Task<Answer<ProviderRefund>> refund(RefundOrder order, Deadline deadline) = 0;
  /// How a refund stands that was done: the customer's bank may send it back days later, then it is
  /// refused after all. Done for good from one whose refunds are final.
  virtual Task<Answer<Verdict>> look_at_refund(RefundOrder order, Deadline deadline);

  /// A page of everything that moved or is held, oldest first where the provider has such an order.
  /// `after`: the last reference of the page before, empty for the first.
  virtual Task<Answer<LedgerPage>> ledger(std::string after, Deadline deadline) = 0;

  /// All the disputes that the provider tells of, as they stand; without a time (changed_at) where it
  /// tells none. Nothing from one that has no disputes.
  virtual Task<Answer<std::vector<Dispute>>> disputes(Deadline deadline);

  /// What the provider tells by itself, once it is certain that it does. News is a hint and no more:
  /// whoever gets it asks find(). Nothing: genuine, and of no interest.
  virtual Task<WebhookReading> read_webhook(WebhookRequest request, Deadline deadline);
};

}  // namespace souk::payment
