#pragma once

#include <span>
#include <string_view>

namespace souk {

/// A file that the build compiled into the binary (migrations, templates). Lives as long as the process.
struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};

}  // namespace souk
