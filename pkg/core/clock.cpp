#include "core/clock.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace souk {
namespace {

using namespace std::chrono;

[[noreturn]] void not_rfc3339() {
  throw Error{Kind::malformed, "invalid_time", "The time is not in RFC 3339 form."};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads a text from left to right; every step that does not fit throws.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int digits(int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) value = value * 10 + digit();
    return value;
  }

  int digits(int count, int min, int max) {
    const int value = digits(count);
    if (value < min || value > max) not_rfc3339();
    return value;
  }

  char one_of(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) not_rfc3339();
    return take();
  }

  /// ".25" as microseconds, or nothing as zero; what is finer than a microsecond is cut off.
  microseconds fraction() {
    if (rest_.empty() || rest_.front() != '.') return microseconds{0};
    take();
    microseconds value{0};
    microseconds unit{100'000};
    do {
      value += digit() * unit;
      unit /= 10;
    } while (!rest_.empty() && is_digit(rest_.front()));
    return value;
  }

  /// "Z", "+01:00", "-08:30": how far local time is ahead of UTC.
  minutes offset() {
    const char sign = one_of("Zz+-");
    if (sign == 'Z' || sign == 'z') return minutes{0};
    const hours h{digits(2, 0, 23)};
    one_of(":");
    const minutes m{digits(2, 0, 59)};
    return sign == '+' ? h + m : -(h + m);
  }

  void end() const {
    if (!rest_.empty()) not_rfc3339();
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  int digit() {
    if (rest_.empty() || !is_digit(rest_.front())) not_rfc3339();
    return take() - '0';
  }

  std::string_view rest_;
};

sys_days read_date(Reader& in) {
  const year y{in.digits(4)};
  in.one_of("-");
  const month m{static_cast<unsigned>(in.digits(2))};
  in.one_of("-");
  const day d{static_cast<unsigned>(in.digits(2))};
  const year_month_day date{y, m, d};
  if (!date.ok()) not_rfc3339();
  return date;
}

/// "23:59:60" (UTC) is the second that is now and then inserted before midnight; as in
/// PostgreSQL it is the same instant as the midnight that follows.
bool is_misplaced_leap_second(int second, sys_seconds time) {
  return second == 60 && floor<days>(time) != time;
}

}  // namespace

Time SystemClock::now() const { return floor<microseconds>(system_clock::now()); }

std::string to_rfc3339(Time time) {
  const auto midnight = floor<days>(time);
  const year_month_day date{midnight};
  const hh_mm_ss clock{time - midnight};
  auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                          clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (const auto micros = clock.subseconds().count(); micros != 0) {
    text += fmt::format(".{:06}", micros);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + 'Z';
}

Time from_rfc3339(std::string_view text) {
  Reader in{text};
  const auto date = read_date(in);
  in.one_of("Tt");
  const hours h{in.digits(2, 0, 23)};
  in.one_of(":");
  const minutes m{in.digits(2, 0, 59)};
  in.one_of(":");
  const int second = in.digits(2, 0, 60);
  const auto fraction = in.fraction();
  const auto utc = date + h + m + seconds{second} - in.offset();
  in.end();
  const year_month_day utc_date{floor<days>(utc)};
  const bool representable = utc_date.year() >= year{0} && utc_date.year() <= year{9999};
  if (!representable || is_misplaced_leap_second(second, utc)) not_rfc3339();
  return utc + fraction;
}

}  // namespace souk
