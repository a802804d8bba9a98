#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/money.hpp"

namespace souk::simulation {

/// The payment provider: a ledger that nothing of ours can harm. What it is asked may come late,
/// twice, or without anybody to hear the answer.
class Provider {
 public:
  struct Charge {
    std::string reference;
    std::string key;
    std::string order;
    std::string state;  ///< requires_action, captured, declined, authorized, voided, cancelled
    Money amount;
    std::int64_t captured = 0;
    std::map<std::string, std::int64_t> refunds;  ///< by idempotency key

    std::int64_t refunded() const;
  };

  /// The same key is the same charge. `tok_later` is authorized first, `tok_3ds` waits for its
  /// customer.
  Charge charge(const std::string& key, Money amount, const std::string& card,
                const std::string& order);
  std::optional<Charge> find(const std::string& key) const;
  /// Ends the key: no charge comes with it any more.
  Charge cancel(const std::string& key);
  /// What its customer says to the charge of an order; nothing where it does not wait.
  void decide(const std::string& order, bool approve);
  bool capture(const std::string& reference);
  /// False where more would go back than came.
  bool refund(const std::string& key, const std::string& reference, std::int64_t amount);

  const std::map<std::string, Charge>& charges() const { return charges_; }

 private:
  Charge* of_reference(const std::string& reference);

  std::map<std::string, Charge> charges_;  // by key
};

}  // namespace souk::simulation
