#include "internal/gateway/providers.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace souk::payment {
namespace {

constexpr std::string_view kAnyMethod = "*";
/// As a shop offers them: PaymentInstrument.method of an order.
constexpr std::array<std::string_view, 2> kMethods{"card", "paypal"};

[[noreturn]] void refuse_rule(std::string_view rule, std::string_view why) {
  throw Error{Kind::validation, "invalid_setting",
              fmt::format("PAYMENT_PROVIDERS: \"{}\": {}", rule, why)};
}

ProviderRule read_rule(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) refuse_rule(text, "method[:currency]=provider is needed");
  const auto what = text.substr(0, equals);
  const auto colon = what.find(':');
  ProviderRule rule{.method = std::string{what.substr(0, colon)},
                    .currency = colon == std::string_view::npos
                                    ? std::string{}
                                    : std::string{what.substr(colon + 1)},
                    .provider = std::string{text.substr(equals + 1)}};
  if (rule.method.empty() || rule.provider.empty()) refuse_rule(text, "a name is missing");
  if (colon != std::string_view::npos) Currency::from(rule.currency, "PAYMENT_PROVIDERS");
  return rule;
}

/// The better a rule fits, the higher; 0: not at all.
int fit(const ProviderRule& rule, std::string_view method, Currency currency) {
  const bool any_method = rule.method == kAnyMethod;
  if (!any_method && rule.method != method) return 0;
  if (!rule.currency.empty() && rule.currency != currency.code()) return 0;
  return 1 + (any_method ? 0 : 1) + (rule.currency.empty() ? 0 : 2);
}

}  // namespace

Task<WebhookReading> PaymentProvider::read_webhook(WebhookRequest, Deadline) {
  co_return std::unexpected{WebhookRefusal::not_expected};
}

Task<Answer<Verdict>> PaymentProvider::look_at_refund(RefundOrder, Deadline) {
  co_return Verdict::done;
}

Task<Answer<std::vector<Dispute>>> PaymentProvider::disputes(Deadline) {
  co_return std::vector<Dispute>{};
}

std::vector<ProviderRule> read_provider_rules(std::string_view text) {
  std::vector<ProviderRule> rules;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    rules.push_back(read_rule(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rules;
}

Providers::Providers(PaymentProvider& only)
    : providers_{&only}, rules_{{std::string{kAnyMethod}, "", std::string{only.name()}}} {}

Providers::Providers(std::vector<PaymentProvider*> providers, std::vector<ProviderRule> rules)
    : providers_(std::move(providers)), rules_(std::move(rules)) {
  for (const auto& rule : rules_) {
    if (!find(rule.provider))
      refuse_rule(rule.provider, "no such provider, or its keys are not set");
  }
}

const ProviderRule* Providers::best_rule(std::string_view method, Currency currency) const {
  const ProviderRule* best = nullptr;
  for (const auto& rule : rules_) {
    const int fits = fit(rule, method, currency);
    if (fits > 0 && (!best || fits > fit(*best, method, currency))) best = &rule;
  }
  return best;
}

std::vector<Providers::Offer> Providers::offers(Currency currency) const {
  std::vector<Offer> offers;
  for (const auto method : kMethods) {
    const auto* rule = best_rule(method, currency);
    const auto* provider = rule ? find(rule->provider) : nullptr;
    if (provider && provider->takes(method)) offers.push_back({method, provider});
  }
  return offers;
}

PaymentProvider& Providers::choose(std::string_view method, Currency currency) const {
  const auto* best = best_rule(method, currency);
  if (!best) {
    throw Error{Kind::validation, "payment_method_unavailable",
                "This method of payment is not to be had in this currency."};
  }
  return *find(best->provider);
}

PaymentProvider* Providers::next_after(std::string_view first, std::string_view method,
                                       Currency currency) const {
  int best = 1;
  for (const auto& rule : rules_) best = std::max(best, fit(rule, method, currency));
  bool passed = false;
  for (const auto& rule : rules_) {
    if (fit(rule, method, currency) != best) continue;
    if (passed && rule.provider != first) return find(rule.provider);
    passed = passed || rule.provider == first;
  }
  return nullptr;
}

PaymentProvider* Providers::find(std::string_view name) const {
  const auto found = std::ranges::find(providers_, name, &PaymentProvider::name);
  return found == providers_.end() ? nullptr : *found;
}

PaymentProvider& Providers::of(std::string_view name) const {
  if (auto* provider = find(name)) return *provider;
  throw unavailable(fmt::format("The payment provider {} is not set up.", name));
}

}  // namespace souk::payment
