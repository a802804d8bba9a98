#pragma once

#include <string_view>

namespace souk::runtime {

/// What this program was built from.
struct BuildInfo {
  std::string_view version;
  std::string_view compiler;
};

BuildInfo build_info();

}  // namespace souk::runtime
