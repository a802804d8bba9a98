#pragma once

#include "core/error.hpp"

namespace souk::payment {

/// Rows of one CSV: some 2 MB, half of what a gRPC message may hold.
inline constexpr int kExportRows = 10'000;

/// Half of a month is two exports.
inline Error export_too_large() {
  return {Kind::validation,
          "export_too_large",
          "More than 10,000 rows: ask for fewer days at a time.",
          {{"to", "too_many", "more than 10,000 rows up to here"}}};
}

}  // namespace souk::payment
