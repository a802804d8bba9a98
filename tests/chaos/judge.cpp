#include "judge.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "case.hpp"

namespace souk::chaos {
namespace {

struct Rule {
  Invariant invariant;
  Check check;
};

constexpr Rule kRules[] = {
    {{0, "clients meet refusals, 503 and lost connections, no other error"}, errors_are_honest},
    {{1, "0 <= reserved <= on_hand"}, stock_within_bounds},
    {{2, "on_hand is the sum of the ledger's movements"}, stock_is_its_ledger},
    {{3, "every hold ends, as its order did"}, holds_ended},
    {{4, "each captured cent belongs to one sold order or to a refund"}, money_belongs_to_orders},
    {{5, "at most one capture per order, refunds within it"}, charged_once},
    {{6, "total = lines - discount + shipping + tax"}, totals_add_up},
    {{7, "same key and body: one effect, same reply"}, one_effect_per_key},
    {{8, "a key belongs to its body and its owner"}, keys_belong_to_body_and_owner},
    {{9, "each event has its effect once"}, effects_once},
    {{10, "the status follows its transition table"}, streams_follow_the_table},
    {{11, "what was acknowledged survives"}, acknowledged_survives},
    {{12, "every saga ends, all or nothing"}, sagas_ended},
    {{12, "every saga ends, all or nothing"}, every_call_answered},
    {{13, "nothing lies among the dead letters"}, no_dead_letters},
    {{14, "the backlog has drained"}, backlog_drained},
    {{18, "nothing is sold twice"}, nothing_sold_twice},
    {{20, "the price paid is the price shown"}, price_shown_is_price_paid},
    {{23, "the books say of each payment what its row says"}, books_say_what_payments_say},
    {{24, "each sale and refund has its document, numbered without gaps"}, documents_are_numbered},
};

/// Of each invariant in a report: the first ones tell what is wrong, the rest only how often.
constexpr std::size_t kShown = 10;

template <class Row, class Key>
auto index_by(const std::vector<Row>& rows, Key key) {
  std::map<std::string_view, std::vector<const Row*>> index;
  for (const auto& row : rows) index[key(row)].push_back(&row);
  return index;
}

}  // namespace

Case::Case(const Evidence& found, std::span<const Call> recorded)
    : evidence(found),
      calls(recorded),
      lines(index_by(found.lines, [](const auto& row) -> std::string_view { return row.order; })),
      events(index_by(found.events, [](const auto& row) -> std::string_view { return row.order; })),
      holds(index_by(found.holds, [](const auto& row) -> std::string_view { return row.order; })),
      movements(
          index_by(found.movements, [](const auto& row) -> std::string_view { return row.order; })),
      payments(
          index_by(found.payments, [](const auto& row) -> std::string_view { return row.order; })),
      charges(index_by(found.charges,
                       [](const auto& row) -> std::string_view { return row.reference; })),
      messages(
          index_by(found.messages, [](const auto& row) -> std::string_view { return row.number; })),
      mails(
          index_by(found.mails, [](const auto& row) -> std::string_view { return row.message; })) {
  for (const auto& order : found.orders) orders[order.id] = &order;
  for (const auto& call : recorded) {
    if (!call.key.empty()) intents[call.who + " " + call.what + " " + call.key].push_back(&call);
  }
}

bool Case::happened(std::string_view order, std::string_view type) const {
  return std::ranges::any_of(of(events, order),
                             [&](const auto* event) { return event->type == type; });
}

std::span<const Invariant> judged_invariants() {
  static const auto all = [] {
    std::vector<Invariant> invariants;
    for (const auto& rule : kRules) {
      if (invariants.empty() || invariants.back().number != rule.invariant.number)
        invariants.push_back(rule.invariant);
    }
    return invariants;
  }();
  return all;
}

std::vector<Violation> judge(const Evidence& evidence, std::span<const Call> calls) {
  const Case facts{evidence, calls};
  std::vector<Violation> violations;
  for (const auto& rule : kRules) {
    Findings findings{rule.invariant.number, violations};
    rule.check(facts, findings);
  }
  return violations;
}

std::string report(std::span<const Violation> violations) {
  std::string text;
  for (const auto& [number, name] : judged_invariants()) {
    std::size_t found = 0;
    for (const auto& violation : violations) {
      if (violation.invariant != number || ++found > kShown) continue;
      if (found == 1) text += fmt::format("invariant {} ({}) does not hold:\n", number, name);
      text += fmt::format("  {}\n", violation.what);
    }
    if (found > kShown) text += fmt::format("  ... and {} more\n", found - kShown);
  }
  return text;
}

}  // namespace souk::chaos
