#pragma once

#include <string>

#include "common/events.pb.h"
#include "google/protobuf/descriptor.h"

namespace souk::messaging::detail {

/// The event's message as JSON, for people: fields whose rule says `secret` are left empty. Empty where
/// `type` is null or the payload cannot be read as one.
std::string payload_json(const common::v1::Event& event, const google::protobuf::Descriptor* type);

}  // namespace souk::messaging::detail
