#pragma once

#include <optional>
#include <string>

namespace souk::payment {

/// Where this service and its provider disagree.
struct Difference {
  std::string kind;  ///< missing_here, missing_there, amount, refunds, fees, disputes, status
  std::string provider_reference;
  std::string payment_id;
  std::string detail;

  bool operator==(const Difference&) const = default;
};

/// Where the books contradict themselves, or the tables they tell of.
struct LedgerProblem {
  std::string kind;  ///< unbalanced, payment, dispute, document
  std::string id;
  std::string detail;

  bool operator==(const LedgerProblem&) const = default;
};

}  // namespace souk::payment
