#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace souk::product {

/// One SQL text out of parts, at compile time: `join<kSelect, kFrom, kWhere>`. The parts are constexpr
/// string_views at namespace scope.
template <const std::string_view&... Parts>
struct SqlJoin {
  static constexpr auto kText = [] {
    std::array<char, (Parts.size() + ... + 1)> text{};  // with a NUL at its end: libpq wants one
    auto* out = text.data();
    ((out = std::ranges::copy(Parts, out).out), ...);
    return text;
  }();
  static constexpr std::string_view kView{kText.data(), kText.size() - 1};
};

template <const std::string_view&... Parts>
inline constexpr std::string_view join = SqlJoin<Parts...>::kView;

}  // namespace souk::product
