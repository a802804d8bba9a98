#include <set>

#include <fmt/format.h>

#include "case.hpp"

namespace souk::chaos {
namespace {

/// How many documents of a kind were made for an order or a refund.
using MadeFor = std::map<std::pair<std::string_view, std::string_view>, int>;

MadeFor count_documents(const Evidence& evidence) {
  MadeFor made;
  for (const auto& document : evidence.documents) ++made[{document.kind, document.source}];
  return made;
}

}  // namespace

void books_say_what_payments_say(const Case& facts, Findings& findings) {
  for (const auto& payment : facts.evidence.payments) {
    findings.expect(
        payment.books == payment.captured - payment.refunded - payment.disputed,
        fmt::format("payment {} has {} - {} - {}, its books say {}", payment.id, payment.captured,
                    payment.refunded, payment.disputed, payment.books));
  }
}

void documents_are_numbered(const Case& facts, Findings& findings) {
  std::map<std::string, std::set<std::int64_t>> series;
  std::map<std::string, std::int64_t> documents;
  for (const auto& document : facts.evidence.documents) {
    const auto of = fmt::format("{} of {}", document.kind, document.year);
    series[of].insert(document.number);
    ++documents[of];
  }
  for (const auto& [of, numbers] : series) {
    findings.expect(*numbers.begin() == 1 && *numbers.rbegin() == documents[of] &&
                        static_cast<std::int64_t>(numbers.size()) == documents[of],
                    fmt::format("{} times {}: {} numbers from {} to {}", documents[of], of,
                                numbers.size(), *numbers.begin(), *numbers.rbegin()));
  }
  auto made = count_documents(facts.evidence);
  for (const auto& order : facts.evidence.orders) {
    const int due = facts.happened(order.id, "confirmed") ? 1 : 0;
    findings.expect(made[{"invoice", order.id}] == due,
                    fmt::format("order {} ({}) has {} invoices", order.id, order.status,
                                made[{"invoice", order.id}]));
  }
  for (const auto& refund : facts.evidence.order_refunds) {
    if (refund.status == "failed") continue;  // its credit note, if it has one, stays good
    const bool due = refund.status == "succeeded" && facts.happened(refund.owner, "confirmed");
    findings.expect(made[{"credit_note", refund.id}] == (due ? 1 : 0),
                    fmt::format("refund {} of order {} ({}) has {} credit notes", refund.id,
                                refund.owner, refund.status, made[{"credit_note", refund.id}]));
  }
}

}  // namespace souk::chaos
