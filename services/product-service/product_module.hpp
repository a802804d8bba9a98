#pragma once

#include "runtime/module.hpp"

namespace souk::product {

/// product-service: the catalogue. Products with variants, categories, search, and quotes for checkouts.
runtime::ModuleSpec module();

}  // namespace souk::product
