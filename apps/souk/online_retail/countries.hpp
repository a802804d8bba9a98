#pragma once

#include <optional>
#include <string_view>

namespace souk::online_retail {

/// The ISO 3166-1 alpha-2 code of a country as the file names it. Empty for what is no country
/// ("Unspecified", "European Community") or not known.
std::optional<std::string_view> country_code(std::string_view name);

}  // namespace souk::online_retail
