#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "google/protobuf/timestamp.pb.h"
#include "internal/json/proto_json.hpp"
#include "runtime/proto_values.hpp"

namespace souk::gateway {
namespace {

namespace json = boost::json;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

/// Collects what is wrong, so that a client learns all of it at once.
class Reader {
 public:
  void object(const json::value& value, Message& message, const std::string& path,
              const std::vector<std::string>& taken) {
    const auto* members = value.if_object();
    if (members == nullptr) return wrong(path.empty() ? "body" : path, "an object");
    for (const auto& [key, member] : *members) {
      const std::string name{key};
      const auto where = path.empty() ? name : fmt::format("{}.{}", path, name);
      const auto* field = message.GetDescriptor()->FindFieldByName(name);
      if (field == nullptr || std::ranges::find(taken, name) != taken.end()) {
        problems_.push_back({where, "unknown_field", "is not a field of this request"});
      } else if (!member.is_null()) {
        field_value(member, message, field, where);
      }
    }
  }

  void wrong(const std::string& path, std::string_view expected) {
    problems_.push_back({path, "invalid_type", fmt::format("must be {}", expected)});
  }

  void report(FieldError problem) { problems_.push_back(std::move(problem)); }

  void finish() {
    if (problems_.empty()) return;
    auto detail = fmt::format("{}: {}", problems_.front().field, problems_.front().message);
    throw Error{Kind::validation, "validation_failed", std::move(detail), std::move(problems_)};
  }

 private:
  void field_value(const json::value& value, Message& message, const FieldDescriptor* field,
                   const std::string& path) {
    if (field->is_map()) return map(value, message, field, path);
    if (!field->is_repeated()) return single(value, message, field, path);
    const auto* items = value.if_array();
    if (items == nullptr) return wrong(path, "an array");
    for (std::size_t i = 0; i < items->size(); ++i)
      item((*items)[i], message, field, fmt::format("{}[{}]", path, i));
  }

  void map(const json::value& value, Message& message, const FieldDescriptor* field,
           const std::string& path) {
    const auto* members = value.if_object();
    if (members == nullptr) return wrong(path, "an object of strings");
    const auto* entry = field->message_type();
    for (const auto& [key, member] : *members) {
      const auto* text = member.if_string();
      if (text == nullptr) {
        wrong(fmt::format("{}.{}", path, std::string_view{key}), "a string");
        continue;
      }
      auto* added = message.GetReflection()->AddMessage(&message, field);
      added->GetReflection()->SetString(added, entry->map_key(), std::string{key});
      added->GetReflection()->SetString(added, entry->map_value(), std::string{*text});
    }
  }

  void item(const json::value& value, Message& message, const FieldDescriptor* field,
            const std::string& path) {
    const auto* reflection = message.GetReflection();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      object(value, *reflection->AddMessage(&message, field), path, {});
    } else if (const auto* text = value.if_string(); text != nullptr) {
      reflection->AddString(&message, field, std::string{*text});
    } else {
      wrong(path, "a string");
    }
  }

  void single(const json::value& value, Message& message, const FieldDescriptor* field,
              const std::string& path) {
    const auto* reflection = message.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        if (!value.is_string()) return wrong(path, "a string");
        return reflection->SetString(&message, field, std::string{value.get_string()});
      case FieldDescriptor::CPPTYPE_BOOL:
        if (!value.is_bool()) return wrong(path, "true or false");
        return reflection->SetBool(&message, field, value.get_bool());
      case FieldDescriptor::CPPTYPE_INT64:
        if (!value.is_int64()) return wrong(path, "an integer");
        return reflection->SetInt64(&message, field, value.get_int64());
      case FieldDescriptor::CPPTYPE_INT32:
        if (!value.is_int64() || !fits_int32(value.get_int64())) return wrong(path, "an integer");
        return reflection->SetInt32(&message, field, static_cast<std::int32_t>(value.get_int64()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        if (!value.is_number()) return wrong(path, "a number");
        return reflection->SetDouble(&message, field, value.to_number<double>());
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (field->message_type() == Timestamp::descriptor())
          return timestamp(value, message, field, path);
        return object(value, *reflection->MutableMessage(&message, field), path, {});
      default: return wrong(path, "of a supported type");
    }
  }

  void timestamp(const json::value& value, Message& message, const FieldDescriptor* field,
                 const std::string& path) {
    try {
      const auto time = from_rfc3339(value.is_string() ? std::string_view{value.get_string()}
                                                       : std::string_view{});
      message.GetReflection()->MutableMessage(&message, field)->CopyFrom(rpc::to_proto(time));
    } catch (const Error&) {
      wrong(path, "an RFC 3339 time");
    }
  }

  static bool fits_int32(std::int64_t value) {
    return value >= std::numeric_limits<std::int32_t>::min() &&
           value <= std::numeric_limits<std::int32_t>::max();
  }

  std::vector<FieldError> problems_;
};

/// A query parameter as the JSON value that its field would take; the text itself where it fits no type.
json::value parameter_value(const FieldDescriptor* field, const std::string& text) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text == "true" || text == "1") return true;
      if (text == "false" || text == "0") return false;
      return json::value(text);
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64: {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error == std::errc{} && end == text.data() + text.size() && !text.empty()) return number;
      return json::value(text);
    }
    default: return json::value(text);
  }
}

}  // namespace

void from_json(const json::value& value, Message& message, const std::vector<std::string>& taken) {
  Reader reader;
  reader.object(value, message, "", taken);
  reader.finish();
}

void from_query(const http::QueryParameters& query, Message& message,
                const std::vector<std::string>& taken) {
  Reader reader;
  json::object object;
  for (const auto& [name, text] : query) {
    const auto* field = message.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated() ||
        field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      reader.report({name, "unknown_field", "is not a parameter of this request"});
    } else if (object.contains(name)) {
      reader.report({name, "duplicate", "is given twice"});
    } else {
      object[name] = parameter_value(field, text);
    }
  }
  reader.object(object, message, "", taken);
  reader.finish();
}

void from_path(const std::string& field, const std::string& value, Message& message) {
  message.GetReflection()->SetString(&message, message.GetDescriptor()->FindFieldByName(field),
                                     value);
}

}  // namespace souk::gateway
