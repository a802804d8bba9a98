#pragma once

#include <string>
#include <string_view>

namespace souk::online_retail {

bool is_utf8(std::string_view text);

/// Without the spaces around it.
std::string_view trimmed(std::string_view text);

/// The first `max_bytes` of it as clean UTF-8 on one line: what is no character, or a control
/// character, becomes '?'.
std::string printable(std::string_view text, std::size_t max_bytes);

}  // namespace souk::online_retail
