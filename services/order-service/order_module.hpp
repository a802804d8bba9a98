#pragma once

#include "runtime/module.hpp"

namespace souk::order {

/// order-service: the checkout saga, event-sourced orders, refunds.
runtime::ModuleSpec module();

}  // namespace souk::order
