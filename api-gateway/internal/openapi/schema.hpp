#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <google/protobuf/descriptor.h>

/// JSON Schema of proto messages and fields, with what their field rules say. Pure.
namespace souk::gateway {

/// "Order" for souk.order.v1.Order. Names are unique across the protos (a test sees to that).
std::string schema_name(const google::protobuf::Descriptor* type);

/// True for what has no schema of its own: timestamps, map entries.
bool is_plain(const google::protobuf::Descriptor* type);

/// `left_out`: fields that are not part of the body.
boost::json::object message_schema(const google::protobuf::Descriptor* type,
                                   const std::vector<std::string>& left_out);

boost::json::object field_schema(const google::protobuf::FieldDescriptor* field);

/// RFC 9457 with our members.
boost::json::object problem_schema();

}  // namespace souk::gateway
