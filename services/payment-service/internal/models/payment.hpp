#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/money.hpp"
#include "core/uuid.hpp"

namespace souk::payment {

using RefundId = Id<struct RefundTag>;

enum class PaymentStatus {
  pending,  ///< the intent is recorded, the outcome not known yet
  authorized,
  captured,
  declined,
  voided,
  partially_refunded,
  refunded,
};

std::string_view name(PaymentStatus status);
PaymentStatus payment_status(std::string_view name);

/// The transition table; what it does not list is refused. declined and voided are final; a refund
/// that comes back takes a payment back to where it was.
bool may_become(PaymentStatus from, PaymentStatus to);
bool is_final(PaymentStatus status);
/// The money is here, all or some of it.
bool is_paid(PaymentStatus status);

/// What the customer has to do before the money can move.
struct NextAction {
  std::string type;           ///< "redirect", or "stripe_sdk" with its client_secret
  std::string url;            ///< of a redirect
  std::string client_secret;  ///< for the provider's script in the customer's browser

  bool operator==(const NextAction&) const = default;
};

/// The payment of an order, as its row has it.
struct Payment {
  PaymentId id;  ///< the idempotency key at the provider, too
  TenantId tenant;
  OrderId order_id;
  std::optional<UserId> user_id;  ///< absent: voided before any charge was asked for
  PaymentStatus status = PaymentStatus::pending;
  Money amount;
  std::int64_t captured_minor = 0;
  std::int64_t refunded_minor = 0;
  std::int64_t refunding_minor = 0;  ///< recorded refunds whose outcome is outstanding
  std::string provider;
  std::string method = "card";
  std::string provider_reference;  ///< from the time it was prepared
  std::string decline_code;
  std::string token;                 ///< only while pending
  std::optional<NextAction> action;  ///< only while pending: what the customer has to do
  int attempts = 0;                  ///< how often somebody took it on
  Time created_at;
  Time updated_at;

  std::int64_t refundable_minor() const {
    return captured_minor - refunded_minor - refunding_minor;
  }
};

/// The provider of a payment that asks for no money: there is nobody to ask.
inline constexpr std::string_view kNoProvider = "none";

/// The decline code of a payment that no provider could be got to take.
inline constexpr std::string_view kProviderUnavailable = "provider_unavailable";
/// Of one whose customer did not come back in time.
inline constexpr std::string_view kAbandoned = "abandoned";
/// Of one that its provider never takes: not this amount, not this currency, not from this shop.
inline constexpr std::string_view kMethodNotPossible = "method_not_possible";
/// Of one that took another amount than was asked for. What was taken went back.
inline constexpr std::string_view kAmountMismatch = "amount_mismatch";

/// What a payment turned into, once that is known: the change from pending.
struct Outcome {
  PaymentStatus status = PaymentStatus::pending;  ///< captured, declined or voided
  std::string provider_reference;
  std::string decline_code;
  /// Holds only if nobody has taken the payment on since: its attempts are still these.
  std::optional<int> attempts = {};
  /// Who said so. Holds only if the payment is still this one's; empty: whoever's it is.
  std::string provider = {};
  /// Holds only if nothing has been prepared at the provider.
  bool unprepared = false;

  static Outcome captured(std::string reference);
  static Outcome declined(std::string code, std::string reference = {});
  static Outcome voided();
  /// The provider never heard of it from us. Somebody else may have told it meanwhile.
  static Outcome never_sent(const Payment& payment);
  /// The provider has refused to take such a payment, before anything was made there.
  static Outcome refused(const Payment& payment, std::string code);

  /// Throws std::logic_error for what a pending payment cannot become.
  void check() const;
};

/// The status after all refunds that have succeeded.
PaymentStatus status_after_refunds(std::int64_t captured_minor, std::int64_t refunded_minor);

enum class RefundStatus { pending, succeeded, failed };

std::string_view name(RefundStatus status);
RefundStatus refund_status(std::string_view name);

struct Refund {
  RefundId id;  ///< the idempotency key at the provider, too
  TenantId tenant;
  PaymentId payment_id;
  OrderId order_id;
  Money amount;
  std::string reason;
  RefundStatus status = RefundStatus::pending;
  std::string provider;
  std::string provider_reference;  ///< of the payment
  std::string reference = {};      ///< the provider's, of the refund, once it was made
  int attempts = 0;
  Time created_at = {};
};

/// When a refund that succeeded is looked at again, in case it came back: ever less often, for about
/// a month. Empty: never.
std::optional<Time> next_look(const Refund& refund, Time now);

/// Whether `amount` can be refunded: throws Error{conflict | validation} that says why not.
void check_refundable(const Payment& payment, const Money& amount);

}  // namespace souk::payment
