#pragma once

#include <chrono>

#include "core/trace.hpp"
#include "core/uuid.hpp"

namespace souk::database {

/// What a piece of database work runs as: whose rows it may see, until when it may take, and in which trace it
/// shows.
/// A plain value; every call to Database carries one.
struct Scope {
  TenantId tenant;
  std::chrono::steady_clock::time_point deadline;
  Trace trace = {};
};

}  // namespace souk::database
