#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.hpp"
#include "runtime/task.hpp"

namespace souk::payment {

/// Why there is no answer. After `not_sent` nothing can have happened; after `unknown` anything may
/// have, and only asking again tells.
enum class Doubt { not_sent, unknown };

template <class T>
using Answer = std::expected<T, Doubt>;

enum class ChargeState {
  authorized,  ///< held, not taken
  captured,
  declined,
  voided,     ///< was held, let go
  cancelled,  ///< the key was ended; no charge will ever come with it
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
  std::string decline_code;
};

struct ChargeOrder {
  std::string idempotency_key;
  Money amount;
  std::string token;
  std::string order_reference;
};

struct RefundOrder {
  std::string idempotency_key;
  std::string charge_reference;
  Money amount;
};

/// Whether the provider did it; a refusal is final.
enum class Verdict { done, refused };

struct LedgerPage {
  std::vector<ProviderCharge> charges;
  bool has_more = false;
};

using Deadline = std::chrono::steady_clock::time_point;

/// Where the money is. Every request carries an idempotency key or is idempotent by nature, so that
/// each may be sent again. Functions don't throw for what goes wrong on the way: an Answer says
/// what is known. Owned by the module, lives on its loop.
class PaymentProvider {
 public:
  virtual ~PaymentProvider() = default;

  /// As it stands in payments.provider.
  virtual std::string_view name() const = 0;

  /// Takes the money, or is declined, or finds the key cancelled.
  virtual Task<Answer<ProviderCharge>> charge(ChargeOrder order, Deadline deadline) = 0;
  /// What the key stands for; nothing where the provider has never seen it, though a charge that
  /// was sent may still be on its way.
  virtual Task<Answer<std::optional<ProviderCharge>>> find(std::string idempotency_key,
                                                           Deadline deadline) = 0;
  /// Ends the key for good: no later charge comes with it, an authorization is let go. A captured
  /// charge stays captured; the answer shows it.
  virtual Task<Answer<ProviderCharge>> cancel(std::string idempotency_key, Deadline deadline) = 0;

  virtual Task<Answer<Verdict>> capture(std::string reference, Deadline deadline) = 0;
  virtual Task<Answer<Verdict>> refund(RefundOrder order, Deadline deadline) = 0;

  /// A page of everything that moved or is held, oldest first. `after`: the last reference of the
  /// page before, empty for the first.
  virtual Task<Answer<LedgerPage>> ledger(std::string after, Deadline deadline) = 0;
};

}  // namespace souk::payment
