#include "messaging/detail/payload_json.hpp"

#include <memory>
#include <vector>

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include "common/options.pb.h"

namespace souk::messaging::detail {
namespace {

using google::protobuf::FieldDescriptor;

void clear_secrets(google::protobuf::Message& message) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->options().GetExtension(common::v1::field).secret()) {
      reflection->ClearField(&message, field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_map()) {
      if (!field->is_repeated()) clear_secrets(*reflection->MutableMessage(&message, field));
      for (int i = 0; field->is_repeated() && i < reflection->FieldSize(message, field); ++i)
        clear_secrets(*reflection->MutableRepeatedMessage(&message, field, i));
    }
  }
}

}  // namespace

std::string payload_json(const common::v1::Event& event, const google::protobuf::Descriptor* type) {
  if (type == nullptr) return {};
  const std::unique_ptr<google::protobuf::Message> message{
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New()};
  if (!message->ParseFromString(event.payload())) return {};
  clear_secrets(*message);
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto written = google::protobuf::util::MessageToJsonString(*message, &json, options);
  return written.ok() ? json : std::string{};
}

}  // namespace souk::messaging::detail
