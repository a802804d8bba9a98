#pragma once

#include "runtime/module.hpp"

namespace souk::notification {

/// notification-service: turns events into messages and sends them, one per event.
runtime::ModuleSpec module();

}  // namespace souk::notification
