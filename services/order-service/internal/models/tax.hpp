#pragma once

#include <map>
#include <string>
#include <string_view>

#include "internal/models/pricing.hpp"

namespace souk::order {

/// What tax an order bears, by the country it goes to. A value; the default taxes nothing.
class TaxRules {
 public:
  TaxRules() = default;

  /// `rates`: "DE=19,FR=5.5,*=0", percent with at most two decimals; `*` is every other country.
  /// `inclusive`: prices contain the tax. Throws Error{validation, "invalid_setting"}.
  static TaxRules parse(std::string_view rates, bool inclusive);

  /// In basis points: 1900 is 19 %.
  int rate_of(std::string_view country) const;
  bool inclusive() const { return inclusive_; }

 private:
  std::map<std::string, int, std::less<>> rates_;
  bool inclusive_ = false;
};

/// Adds the tax of a priced cart that has none yet, and has its delivery: rounded half up for each line,
/// of which delivery is one, and summed. Tax
/// on top raises the total; tax that the prices contain leaves it, and is shown. At a rate of nought
/// nothing changes. Throws Error{amount_out_of_range} past int64.
void add_tax(PricedCart& cart, const TaxRules& rules, std::string_view country);

}  // namespace souk::order
