#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/money.hpp"

namespace souk::notification {

/// Amounts and dates as the readers of one language write them (CLDR, by ICU). One thread at a time.
class LocaleFormat {
 public:
  /// A BCP 47 tag ("de", "pt-BR"); anything else reads as English.
  explicit LocaleFormat(std::string_view locale);
  ~LocaleFormat();
  LocaleFormat(const LocaleFormat&) = delete;
  LocaleFormat& operator=(const LocaleFormat&) = delete;

  /// "$19.99", "19,99 €".
  std::string money(const Money& money);
  /// "7.5%", "7,5 %" of 750.
  std::string percent(std::int64_t basis_points);
  /// "Germany", "Deutschland" of an ISO 3166-1 code.
  std::string country(std::string_view code);
  /// The day in UTC: "November 23, 2026", "23. November 2026".
  std::string date(Time time);
  /// With the time: "November 23, 2026 at 1:15 PM UTC".
  std::string moment(Time time);

 private:
  struct Icu;
  std::unique_ptr<Icu> icu_;
};

/// Letters of a language, perhaps a region or script ("de", "de-AT", "zh-Hant"); empty is none.
bool is_locale(std::string_view text);

/// Where to look for what is written for a language, the nearest first: "de-AT", "de", and "", which is
/// for everybody.
std::vector<std::string_view> nearest_first(std::string_view locale);

}  // namespace souk::notification
