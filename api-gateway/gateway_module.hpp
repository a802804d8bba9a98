#pragma once

#include "runtime/module.hpp"

namespace souk::gateway {

/// api-gateway: REST outside, gRPC inside.
runtime::ModuleSpec module();

}  // namespace souk::gateway
