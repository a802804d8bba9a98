#pragma once

#include <cstdlib>
#include <string>

namespace souk::chaos {

/// What a test is told by its caller: `make test-chaos SEED=7`. Throws std::exception for a number that is
/// none.
inline std::string text_variable(const char* name, std::string fallback) {
  const auto* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

inline int number_variable(const char* name, int fallback) {
  return std::stoi(text_variable(name, std::to_string(fallback)));
}

}  // namespace souk::chaos
