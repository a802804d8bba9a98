#include "internal/service/dispute_books.hpp"

#include <fmt/format.h>

namespace souk::payment {

Task<std::vector<Difference>> DisputeBooks::compare(PaymentProvider& provider, Deadline deadline) {
  const std::string name{provider.name()};
  // In whole seconds, as providers tell the time: a webhook of the same second may still be newer.
  const auto asked_at = std::chrono::floor<std::chrono::seconds>(clock_.now());
  auto told = co_await provider.disputes(deadline);
  if (!told) throw unavailable(fmt::format("The disputes of {} cannot be read.", name));
  std::vector<Difference> differences;
  for (auto& dispute : *told) {
    if (dispute.changed_at == Time{}) dispute.changed_at = asked_at;
    if (auto difference = co_await compare_one(name, std::move(dispute), deadline))
      differences.push_back(*std::move(difference));
  }
  co_return differences;
}

Task<std::optional<Difference>> DisputeBooks::compare_one(std::string provider, Dispute dispute,
                                                          Deadline deadline) {
  const auto payment = co_await webhooks_.payment_of(provider, "", dispute.reference, deadline);
  if (!payment) {
    co_return Difference{.kind = "disputes",
                         .provider_reference = dispute.reference,
                         .payment_id = {},
                         .detail = fmt::format("{} over {} is about no payment here", dispute.id,
                                               dispute.amount.str())};
  }
  const database::Scope scope{payment->tenant, deadline};
  co_await database_.transact(scope, [&](database::Transaction& tx) {
    return disputes_.keep(tx, provider, payment->id, dispute);
  });
  DisputeCost there;
  for (const auto& movement : dispute.movements) there.add(movement);
  const auto here = co_await disputes_.cost(scope, provider, dispute.id);
  if (here == there) co_return std::nullopt;
  co_return Difference{.kind = "disputes",
                       .provider_reference = dispute.reference,
                       .payment_id = payment->id.str(),
                       .detail = fmt::format("{}: {} and a fee of {} here, {} and {} there",
                                             dispute.id, here.withdrawn_minor, here.fee_minor,
                                             there.withdrawn_minor, there.fee_minor)};
}

}  // namespace souk::payment
