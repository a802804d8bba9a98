#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "evidence.hpp"
#include "judge.hpp"
#include "record.hpp"

namespace souk::chaos {

/// The evidence and the record, indexed as the rules ask for them. A view: both outlive it.
struct Case {
  Case(const Evidence& found, std::span<const Call> recorded);

  const Evidence& evidence;
  std::span<const Call> calls;

  template <class Row>
  using ByOrder = std::map<std::string_view, std::vector<const Row*>>;

  std::map<std::string_view, const Evidence::Order*> orders;
  ByOrder<Evidence::Line> lines;
  ByOrder<Evidence::OrderEvent> events;
  ByOrder<Evidence::Hold> holds;
  ByOrder<Evidence::Movement> movements;  ///< sales and returns
  ByOrder<Evidence::Payment> payments;
  ByOrder<Evidence::Charge> charges;
  std::map<std::string_view, std::vector<const Evidence::Message*>> messages;  ///< by order number
  std::map<std::string_view, std::vector<const Evidence::Mail*>> mails;        ///< by message
  /// The calls of each intent: who, what and key are the same.
  std::map<std::string, std::vector<const Call*>> intents;

  /// Rows of an order in one of the indexes above; none where there is none.
  template <class Row>
  static std::span<const Row* const> of(const ByOrder<Row>& index, std::string_view order) {
    const auto found = index.find(order);
    return found == index.end() ? std::span<const Row* const>{} : found->second;
  }

  /// Whether an event of this type is in the order's stream.
  bool happened(std::string_view order, std::string_view type) const;
};

/// Collects violations of one invariant.
class Findings {
 public:
  Findings(int invariant, std::vector<Violation>& into) : invariant_(invariant), into_(into) {}
  void add(std::string what) { into_.push_back({invariant_, std::move(what)}); }
  /// Adds it unless `holds`.
  void expect(bool holds, std::string what) {
    if (!holds) add(std::move(what));
  }

 private:
  int invariant_;
  std::vector<Violation>& into_;
};

/// A rule looks at the case and adds what breaks its invariant.
using Check = void (*)(const Case&, Findings&);

// rules_stock.cpp
void stock_within_bounds(const Case& facts, Findings& findings);
void stock_is_its_ledger(const Case& facts, Findings& findings);
void holds_ended(const Case& facts, Findings& findings);
void nothing_sold_twice(const Case& facts, Findings& findings);

// rules_money.cpp
void money_belongs_to_orders(const Case& facts, Findings& findings);
void charged_once(const Case& facts, Findings& findings);
void totals_add_up(const Case& facts, Findings& findings);
void price_shown_is_price_paid(const Case& facts, Findings& findings);

// rules_billing.cpp
void books_say_what_payments_say(const Case& facts, Findings& findings);
void documents_are_numbered(const Case& facts, Findings& findings);

// rules_orders.cpp
void streams_follow_the_table(const Case& facts, Findings& findings);
void sagas_ended(const Case& facts, Findings& findings);

// rules_events.cpp
void effects_once(const Case& facts, Findings& findings);
void no_dead_letters(const Case& facts, Findings& findings);
void backlog_drained(const Case& facts, Findings& findings);

// rules_calls.cpp
void one_effect_per_key(const Case& facts, Findings& findings);
void keys_belong_to_body_and_owner(const Case& facts, Findings& findings);
void acknowledged_survives(const Case& facts, Findings& findings);
void every_call_answered(const Case& facts, Findings& findings);
void errors_are_honest(const Case& facts, Findings& findings);

}  // namespace souk::chaos
