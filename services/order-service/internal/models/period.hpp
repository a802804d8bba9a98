#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace souk::order {

using Day = std::chrono::sys_days;

/// "2026-01-31", whose form has been checked, or nothing for an empty text. Throws Error{validation} that
/// names `field` where there is no such day.
std::optional<Day> parse_day(std::string_view field, const std::string& text);

/// "2026-01-31"
std::string day_text(Day day);

/// Whole days, in UTC.
struct Period {
  Day first;
  Day last;

  Time begin() const { return first; }
  Time end() const { return last + std::chrono::days{1}; }  ///< past it
};

/// Throws Error{validation} where the last day comes before the first, or is five years after it.
Period make_period(Day first, Day last);

enum class Interval { day, week, month };

/// The API's word, or empty for days.
Interval parse_interval(std::string_view word);
/// PostgreSQL's date_trunc has the same.
std::string_view to_string(Interval interval);

/// The first days of the intervals that the period touches, ascending. Weeks begin on Monday.
std::vector<Day> intervals_of(const Period& period, Interval interval);

}  // namespace souk::order
