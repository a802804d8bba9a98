#pragma once

#include <google/protobuf/message.h>

#include "core/error.hpp"

namespace souk {

/// Checks a request against the field rules of its proto (common/options.proto), nested messages and
/// lists included. Throws Error{validation, "validation_failed"} that lists every wrong field by its
/// JSON path. Pure; any thread.
void validate(const google::protobuf::Message& request);

}  // namespace souk
