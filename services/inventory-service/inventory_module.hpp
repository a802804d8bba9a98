#pragma once

#include "runtime/module.hpp"

namespace souk::inventory {

/// inventory-service: stock by SKU, its ledger, and the holds of checkouts.
runtime::ModuleSpec module();

}  // namespace souk::inventory
