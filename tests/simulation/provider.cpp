#include "tests/simulation/provider.hpp"

#include <algorithm>
#include <numeric>

namespace souk::simulation {

std::int64_t Provider::Charge::refunded() const {
  return std::accumulate(refunds.begin(), refunds.end(), std::int64_t{0},
                         [](auto sum, const auto& refund) { return sum + refund.second; });
}

Provider::Charge Provider::charge(const std::string& key, Money amount, const std::string& card,
                                  const std::string& order) {
  if (const auto known = find(key)) return *known;
  Charge charge{.reference = "ch_" + std::to_string(charges_.size()),
                .key = key,
                .order = order,
                .state = "captured",
                .amount = amount,
                .captured = 0,
                .refunds = {}};
  if (card == "tok_declined") charge.state = "declined";
  if (card == "tok_later") charge.state = "authorized";
  if (card == "tok_3ds") charge.state = "requires_action";
  if (charge.state == "captured") charge.captured = amount.amount_minor();
  return charges_.emplace(key, std::move(charge)).first->second;
}

std::optional<Provider::Charge> Provider::find(const std::string& key) const {
  const auto found = charges_.find(key);
  return found == charges_.end() ? std::nullopt : std::optional{found->second};
}

Provider::Charge Provider::cancel(const std::string& key) {
  const Charge ended{.reference = "",
                     .key = key,
                     .order = "",
                     .state = "cancelled",
                     .amount = Money::zero(Currency::from("USD")),
                     .captured = 0,
                     .refunds = {}};
  auto& charge = charges_.try_emplace(key, ended).first->second;
  if (charge.state == "authorized") charge.state = "voided";
  if (charge.state == "requires_action") charge.state = "cancelled";
  return charge;
}

void Provider::decide(const std::string& order, bool approve) {
  for (auto& [key, charge] : charges_) {
    if (charge.order != order || charge.state != "requires_action") continue;
    charge.state = approve ? "captured" : "declined";
    if (approve) charge.captured = charge.amount.amount_minor();
  }
}

bool Provider::capture(const std::string& reference) {
  auto* charge = of_reference(reference);
  if (charge->state == "authorized") {
    charge->state = "captured";
    charge->captured = charge->amount.amount_minor();
  }
  return charge->state == "captured";
}

bool Provider::refund(const std::string& key, const std::string& reference, std::int64_t amount) {
  auto* charge = of_reference(reference);
  if (charge == nullptr) return false;
  if (charge->refunds.contains(key)) return true;
  if (charge->refunded() + amount > charge->captured) return false;
  charge->refunds[key] = amount;
  return true;
}

Provider::Charge* Provider::of_reference(const std::string& reference) {
  const auto found = std::ranges::find_if(
      charges_, [&](const auto& entry) { return entry.second.reference == reference; });
  return found == charges_.end() ? nullptr : &found->second;
}

}  // namespace souk::simulation
