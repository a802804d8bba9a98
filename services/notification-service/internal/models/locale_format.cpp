#include "internal/models/locale_format.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unicode/datefmt.h>
#include <unicode/locid.h>
#include <unicode/numberformatter.h>
#include <unicode/timezone.h>

#include "core/error.hpp"

namespace souk::notification {
namespace {

void require_icu(UErrorCode status) {
  if (U_FAILURE(status)) {
    throw Error{Kind::internal, "internal_error", fmt::format("ICU: {}", u_errorName(status))};
  }
}

std::string utf8(const icu::UnicodeString& text) {
  std::string bytes;
  text.toUTF8String(bytes);
  return bytes;
}

/// Exact: minor units with a point in their midst.
std::string decimal(const Money& money) {
  const auto text = money.str();  // "19.99 USD"
  return text.substr(0, text.find(' '));
}

icu::Locale to_icu(std::string_view locale) {
  auto status = U_ZERO_ERROR;
  auto found = icu::Locale::forLanguageTag(
      icu::StringPiece{locale.data(), static_cast<std::int32_t>(locale.size())}, status);
  return U_FAILURE(status) || locale.empty() ? icu::Locale::getEnglish() : found;
}

std::string format_time(const icu::DateFormat& format, Time time) {
  icu::UnicodeString text;
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
  format.format(static_cast<UDate>(millis.count()), text);
  return utf8(text);
}

}  // namespace

struct LocaleFormat::Icu {
  icu::Locale locale;
  std::map<std::string, icu::number::LocalizedNumberFormatter> money;  // by currency

  std::map<icu::DateFormat::EStyle, std::unique_ptr<icu::DateFormat>> by_style;

  const icu::DateFormat& dates(icu::DateFormat::EStyle time) {
    auto& format = by_style[time];
    if (format) return *format;
    format.reset(
        time == icu::DateFormat::kNone
            ? icu::DateFormat::createDateInstance(icu::DateFormat::kLong, locale)
            : icu::DateFormat::createDateTimeInstance(icu::DateFormat::kLong, time, locale));
    if (!format) throw Error{Kind::internal, "internal_error", "ICU has no dates."};
    format->setTimeZone(*icu::TimeZone::getGMT());
    return *format;
  }
};

LocaleFormat::LocaleFormat(std::string_view locale)
    : icu_(std::make_unique<Icu>(Icu{to_icu(locale), {}, {}})) {}

LocaleFormat::~LocaleFormat() = default;

std::string LocaleFormat::money(const Money& money) {
  auto status = U_ZERO_ERROR;
  const std::string code{money.currency().code()};
  auto found = icu_->money.find(code);
  if (found == icu_->money.end()) {
    const icu::CurrencyUnit unit{icu::StringPiece{code}, status};
    require_icu(status);
    // Our own table has the digits: ICU's shows króna and dinar as people round them.
    found = icu_->money
                .emplace(code, icu::number::NumberFormatter::withLocale(icu_->locale)
                                   .unit(unit)
                                   .precision(icu::number::Precision::fixedFraction(
                                       money.currency().exponent())))
                .first;
  }
  const auto text =
      found->second.formatDecimal(icu::StringPiece{decimal(money)}, status).toString(status);
  require_icu(status);
  return utf8(text);
}

std::string LocaleFormat::percent(std::int64_t basis_points) {
  auto status = U_ZERO_ERROR;
  const auto text = icu::number::NumberFormatter::withLocale(icu_->locale)
                        .unit(icu::MeasureUnit::getPercent())
                        .precision(icu::number::Precision::maxFraction(2))
                        .scale(icu::number::Scale::powerOfTen(-2))
                        .formatInt(basis_points, status)
                        .toString(status);
  require_icu(status);
  return utf8(text);
}

std::string LocaleFormat::country(std::string_view code) {
  icu::UnicodeString name;
  icu::Locale{"", std::string{code}.c_str()}.getDisplayCountry(icu_->locale, name);
  return utf8(name);
}

std::string LocaleFormat::date(Time time) {
  return format_time(icu_->dates(icu::DateFormat::kNone), time);
}

std::string LocaleFormat::moment(Time time) {
  return format_time(icu_->dates(icu::DateFormat::kShort), time) + " UTC";
}

bool is_locale(std::string_view text) {
  if (text.size() < 2 || text.size() > 16) return false;
  const auto language = text.substr(0, std::min(text.find('-'), text.size()));
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return language.size() >= 2 && language.size() <= 3 && std::ranges::all_of(language, is_letter) &&
         std::ranges::all_of(text, [](char c) {
           return c == '-' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9');
         });
}

std::vector<std::string_view> nearest_first(std::string_view locale) {
  std::vector<std::string_view> locales;
  while (!locale.empty()) {
    locales.push_back(locale);
    const auto cut = locale.rfind('-');
    locale = cut == std::string_view::npos ? std::string_view{} : locale.substr(0, cut);
  }
  locales.emplace_back();
  return locales;
}

}  // namespace souk::notification
