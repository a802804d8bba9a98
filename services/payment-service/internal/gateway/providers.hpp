#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "internal/gateway/provider.hpp"

namespace souk::payment {

/// Who takes a method of payment, in one currency or in all: `card:JPY=sandbox`.
struct ProviderRule {
  std::string method;    ///< "*": any
  std::string currency;  ///< empty: any
  std::string provider;
};

/// `card=stripe,paypal=paypal,card:JPY=sandbox`. Throws Error{invalid_setting} that names
/// PAYMENT_PROVIDERS.
std::vector<ProviderRule> read_provider_rules(std::string_view text);

/// The providers of this shop. The one that was chosen stands on the payment's row, and only that
/// one is asked about it. Owned by the module, lives on its loop; the providers outlive it.
class Providers {
 public:
  /// One for everything.
  explicit Providers(PaymentProvider& only);
  /// Throws Error{invalid_setting} where a rule names a provider that is not among them.
  Providers(std::vector<PaymentProvider*> providers, std::vector<ProviderRule> rules);

  /// Rules that name the currency go before those that don't, those that name the method before
  /// `*`. Throws Error{payment_method_unavailable}.
  PaymentProvider& choose(std::string_view method, Currency currency) const;

  /// How a customer can pay in that currency: each method, and who takes it.
  struct Offer {
    std::string_view method;
    const PaymentProvider* provider;
  };
  std::vector<Offer> offers(Currency currency) const;

  /// Who may take a payment that `first`, whom choose() gave, could not be sent: of the rules that fit
  /// as well as the one that chose, the next. Null where there is none.
  PaymentProvider* next_after(std::string_view first, std::string_view method,
                              Currency currency) const;

  /// Null where this shop has no such provider (any more).
  PaymentProvider* find(std::string_view name) const;
  /// Throws Error{unavailable} where this shop has no such provider: its payments wait.
  PaymentProvider& of(std::string_view name) const;

  const std::vector<PaymentProvider*>& all() const { return providers_; }

 private:
  const ProviderRule* best_rule(std::string_view method, Currency currency) const;

  std::vector<PaymentProvider*> providers_;
  std::vector<ProviderRule> rules_;
};

}  // namespace souk::payment
