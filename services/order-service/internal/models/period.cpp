#include "internal/models/period.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace souk::order {
namespace {

/// Five years and their leap days, by the day: as many rows as a chart can use.
constexpr std::chrono::days kLongest{1827};

Day start_of(Day day, Interval interval) {
  if (interval == Interval::week) return day - (std::chrono::weekday{day} - std::chrono::Monday);
  if (interval == Interval::month) {
    const std::chrono::year_month_day date{day};
    return date.year() / date.month() / 1;
  }
  return day;
}

Day after(Day start, Interval interval) {
  if (interval == Interval::week) return start + std::chrono::days{7};
  if (interval == Interval::month) {
    const std::chrono::year_month_day date{start};
    return (date.year() / date.month() + std::chrono::months{1}) / 1;
  }
  return start + std::chrono::days{1};
}

}  // namespace

std::optional<Day> parse_day(std::string_view field, const std::string& text) {
  if (text.empty()) return std::nullopt;
  try {
    return std::chrono::floor<std::chrono::days>(from_rfc3339(text + "T00:00:00Z"));
  } catch (const Error&) {
    throw invalid_field(std::string{field}, "invalid_format", "there is no such day");
  }
}

std::string day_text(Day day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

Period make_period(Day first, Day last) {
  if (last < first) throw invalid_field("to", "too_small", "must not be before the first day");
  if (last - first >= kLongest)
    throw invalid_field("to", "too_large", "must be within five years of the first day");
  return {first, last};
}

Interval parse_interval(std::string_view word) {
  if (word == "week") return Interval::week;
  if (word == "month") return Interval::month;
  return Interval::day;
}

std::string_view to_string(Interval interval) {
  switch (interval) {
    case Interval::day: return "day";
    case Interval::week: return "week";
    case Interval::month: return "month";
  }
  return "day";
}

std::vector<Day> intervals_of(const Period& period, Interval interval) {
  std::vector<Day> days;
  for (auto day = start_of(period.first, interval); day <= period.last; day = after(day, interval))
    days.push_back(day);
  return days;
}

}  // namespace souk::order
