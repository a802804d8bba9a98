#include <fmt/format.h>

#include "google/protobuf/timestamp.pb.h"
#include "internal/json/proto_json.hpp"
#include "runtime/proto_values.hpp"

namespace souk::gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void append_message(std::string& out, const Message& message);

void append_nested(std::string& out, const Message& message) {
  if (message.GetDescriptor() != Timestamp::descriptor()) return append_message(out, message);
  append_string(out, to_rfc3339(rpc::from_proto(static_cast<const Timestamp&>(message))));
}

/// The field itself, or its `index`-th item.
void append_value(std::string& out, const Message& message, const FieldDescriptor* field,
                  int index) {
  const auto* reflection = message.GetReflection();
  const bool item = field->is_repeated();
  std::string scratch;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return append_string(
          out, item ? reflection->GetRepeatedStringReference(message, field, index, &scratch)
                    : reflection->GetStringReference(message, field, &scratch));
    case FieldDescriptor::CPPTYPE_BOOL:
      out += reflection->GetBool(message, field) ? "true" : "false";
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      out += fmt::to_string(reflection->GetInt64(message, field));
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      out += fmt::to_string(reflection->GetInt32(message, field));
      return;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      out += fmt::to_string(reflection->GetDouble(message, field));
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      return append_string(out, reflection->GetEnum(message, field)->name());
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return append_nested(out, item ? reflection->GetRepeatedMessage(message, field, index)
                                     : reflection->GetMessage(message, field));
    default: out += "null";
  }
}

void append_items(std::string& out, const Message& message, const FieldDescriptor* field) {
  const int size = message.GetReflection()->FieldSize(message, field);
  out += '[';
  for (int i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    append_value(out, message, field, i);
  }
  out += ']';
}

void append_map(std::string& out, const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  std::map<std::string, std::string>
      sorted;  // the wire order is arbitrary; a cached page must not depend on it
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    const auto& entry = reflection->GetRepeatedMessage(message, field, i);
    const auto* entry_reflection = entry.GetReflection();
    sorted[entry_reflection->GetString(entry, field->message_type()->map_key())] =
        entry_reflection->GetString(entry, field->message_type()->map_value());
  }
  out += '{';
  for (bool first = true; const auto& [key, value] : sorted) {
    if (!first) out += ',';
    first = false;
    append_string(out, key);
    out += ':';
    append_string(out, value);
  }
  out += '}';
}

void append_message(std::string& out, const Message& message) {
  const auto* descriptor = message.GetDescriptor();
  const auto* reflection = message.GetReflection();
  out += '{';
  bool first = true;
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    const bool unset = field->has_presence() && !reflection->HasField(message, field);
    if (unset && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!first) out += ',';
    first = false;
    append_string(out, field->name());
    out += ':';
    if (unset) {
      out += "null";
    } else if (field->is_map()) {
      append_map(out, message, field);
    } else if (field->is_repeated()) {
      append_items(out, message, field);
    } else {
      append_value(out, message, field, 0);
    }
  }
  out += '}';
}

}  // namespace

std::string to_json(const Message& message) {
  std::string out;
  out.reserve(512);
  append_message(out, message);
  return out;
}

}  // namespace souk::gateway
