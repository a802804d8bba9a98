#pragma once

#include <chrono>

#include "core/uuid.hpp"

namespace souk::database {

/// What a piece of database work runs as: whose rows it may see, and until when it may take.
/// A plain value; every call to Database carries one.
struct Scope {
  TenantId tenant;
  std::chrono::steady_clock::time_point deadline;
};

}  // namespace souk::database
