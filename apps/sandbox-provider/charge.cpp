#include "charge.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace souk::sandbox {
namespace {

constexpr std::array<std::pair<ChargeStatus, std::string_view>, 6> kStatusNames{{
    {ChargeStatus::requires_action, "requires_action"},
    {ChargeStatus::authorized, "authorized"},
    {ChargeStatus::captured, "captured"},
    {ChargeStatus::declined, "declined"},
    {ChargeStatus::voided, "voided"},
    {ChargeStatus::cancelled, "cancelled"},
}};

constexpr std::array<std::pair<std::string_view, Verdict>, 7> kTokens{{
    {"tok_visa", {Conduct::answer, {}}},
    {"tok_3ds", {Conduct::ask_customer, {}}},
    {"tok_declined", {Conduct::answer, "card_declined"}},
    {"tok_insufficient_funds", {Conduct::answer, "insufficient_funds"}},
    {"tok_timeout", {Conduct::stall, {}}},
    {"tok_unreachable", {Conduct::hang_up, {}}},
    {"tok_error", {Conduct::fail, {}}},
}};

}  // namespace

std::string_view name(ChargeStatus status) {
  return std::ranges::find(kStatusNames, status, [](const auto& entry) { return entry.first; })
      ->second;
}

ChargeStatus charge_status(std::string_view name) {
  const auto* found =
      std::ranges::find(kStatusNames, name, [](const auto& entry) { return entry.second; });
  if (found == kStatusNames.end()) throw std::logic_error{"unknown charge status in the ledger"};
  return found->first;
}

Verdict judge(std::string_view token) {
  const auto* found =
      std::ranges::find(kTokens, token, [](const auto& entry) { return entry.first; });
  return found == kTokens.end() ? Verdict{Conduct::answer, "invalid_token"} : found->second;
}

}  // namespace souk::sandbox
