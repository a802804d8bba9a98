#include "middleware/validation.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <re2/re2.h>

#include "common/options.pb.h"
#include "core/money.hpp"
#include "core/text.hpp"
#include "core/uuid.hpp"

namespace souk {
namespace {

using common::v1::FieldRule;
using common::v1::Format;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using Problems = std::vector<FieldError>;

void report(Problems& problems, const std::string& path, std::string code, std::string message) {
  problems.push_back({path, std::move(code), std::move(message)});
}

void check_format(const std::string& value, Format format, const std::string& path,
                  Problems& problems) {
  const auto require = [&](bool fits, std::string_view what) {
    if (!fits) report(problems, path, "invalid_format", fmt::format("must be {}", what));
  };
  switch (format) {
    case common::v1::FORMAT_EMAIL: return require(text::is_email(value), "an e-mail address");
    case common::v1::FORMAT_COUNTRY:
      return require(text::is_country(value), "an ISO 3166-1 alpha-2 country code");
    case common::v1::FORMAT_CURRENCY:
      return require(Currency::parse(value).has_value(), "an ISO 4217 currency code");
    case common::v1::FORMAT_SKU:
      return require(text::is_sku(value), "1 to 64 letters, digits, '.', '_' or '-'");
    case common::v1::FORMAT_SLUG:
      return require(text::is_slug(value),
                     "lower-case letters and digits joined by '-', at most 200");
    case common::v1::FORMAT_UUID: return require(Uuid::parse(value).has_value(), "a UUID");
    case common::v1::FORMAT_PHONE:
      return require(text::is_phone(value), "a phone number like +4930123456");
    case common::v1::FORMAT_TEXT:
      return require(text::is_one_line(value), "free of control characters");
    default: return;
  }
}

void check_string(const std::string& value, const FieldRule& rule, const std::string& path,
                  Problems& problems) {
  // PostgreSQL keeps no U+0000: what follows it would be lost without a word.
  if (value.find('\0') != std::string::npos)
    return report(problems, path, "invalid_format", "must not hold U+0000");
  const auto length = text::code_points(value);
  if (rule.min_length() > 0 && length < rule.min_length()) {
    return report(problems, path, "too_short",
                  fmt::format("must have at least {} characters", rule.min_length()));
  }
  if (rule.max_length() > 0 && length > rule.max_length()) {
    return report(problems, path, "too_long",
                  fmt::format("must have at most {} characters", rule.max_length()));
  }
  if (!rule.pattern().empty() && !RE2::FullMatch(value, rule.pattern())) {
    return report(problems, path, "invalid_format", fmt::format("must match {}", rule.pattern()));
  }
  if (rule.one_of_size() > 0 && std::ranges::find(rule.one_of(), value) == rule.one_of().end()) {
    return report(problems, path, "not_allowed",
                  fmt::format("must be one of {}", fmt::join(rule.one_of(), ", ")));
  }
  check_format(value, rule.format(), path, problems);
}

void check_number(std::int64_t value, const FieldRule& rule, const std::string& path,
                  Problems& problems) {
  if (rule.has_min() && value < rule.min()) {
    report(problems, path, "too_small", fmt::format("must be at least {}", rule.min()));
  } else if (rule.has_max() && value > rule.max()) {
    report(problems, path, "too_large", fmt::format("must be at most {}", rule.max()));
  }
}

void check_message(const Message& message, const std::string& prefix, Problems& problems);

void check_items(const Message& message, const FieldDescriptor* field, const FieldRule& rule,
                 const std::string& path, Problems& problems) {
  const auto* reflection = message.GetReflection();
  const auto size = static_cast<std::uint32_t>(reflection->FieldSize(message, field));
  if (rule.min_items() > 0 && size < rule.min_items()) {
    return report(problems, path, "too_few",
                  fmt::format("must have at least {} items", rule.min_items()));
  }
  if (rule.max_items() > 0 && size > rule.max_items()) {
    return report(problems, path, "too_many",
                  fmt::format("must have at most {} items", rule.max_items()));
  }
  if (field->is_map()) return;
  for (int i = 0; i < static_cast<int>(size); ++i) {
    const auto item = fmt::format("{}[{}]", path, i);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      check_message(reflection->GetRepeatedMessage(message, field, i), item, problems);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      check_string(reflection->GetRepeatedString(message, field, i), rule, item, problems);
    }
  }
}

bool is_absent(const Message& message, const FieldDescriptor* field) {
  // A proto3 field without presence is absent where it has its default value; for a string that is the
  // empty one, which no required field may hold anyway.
  return !message.GetReflection()->HasField(message, field);
}

void check_field(const Message& message, const FieldDescriptor* field, const std::string& prefix,
                 Problems& problems) {
  const auto& rule = field->options().GetExtension(common::v1::field);
  const auto path = prefix.empty() ? field->name() : fmt::format("{}.{}", prefix, field->name());
  if (field->is_repeated()) return check_items(message, field, rule, path, problems);
  const auto* reflection = message.GetReflection();
  if (is_absent(message, field)) {
    if (!rule.required()) return;
    return report(problems, path, "required", "is required");
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field->type() == FieldDescriptor::TYPE_STRING) {
        check_string(reflection->GetString(message, field), rule, path, problems);
      }
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      return check_number(reflection->GetInt64(message, field), rule, path, problems);
    case FieldDescriptor::CPPTYPE_INT32:
      return check_number(reflection->GetInt32(message, field), rule, path, problems);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return check_message(reflection->GetMessage(message, field), path, problems);
    default: return;
  }
}

void check_message(const Message& message, const std::string& prefix, Problems& problems) {
  const auto* descriptor = message.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i)
    check_field(message, descriptor->field(i), prefix, problems);
}

}  // namespace

void validate(const Message& request) {
  Problems problems;
  check_message(request, "", problems);
  if (problems.empty()) return;
  auto detail = fmt::format("{}: {}", problems.front().field, problems.front().message);
  throw Error{Kind::validation, "validation_failed", std::move(detail), std::move(problems)};
}

}  // namespace souk
