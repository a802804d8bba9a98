#pragma once

#include "runtime/module.hpp"

namespace souk::payment {

/// payment-service: charges, voids and refunds through a payment provider, and reconciles with its
/// ledger.
runtime::ModuleSpec module();

}  // namespace souk::payment
