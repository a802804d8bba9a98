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
};

}  // namespace souk::payment
