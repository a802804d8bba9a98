#include "runtime/build_info.hpp"

namespace souk::runtime {

BuildInfo build_info() { return {.version = SOUK_VERSION, .compiler = __VERSION__}; }

}  // namespace souk::runtime
