#include "internal/models/device.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace souk::user {
namespace {

using Mark = std::pair<std::string_view, std::string_view>;

/// In this order: each browser also claims to be those that come after it.
constexpr std::array<Mark, 9> kBrowsers{{{"Edg", "Edge"},
                                         {"OPR/", "Opera"},
                                         {"SamsungBrowser/", "Samsung Internet"},
                                         {"FxiOS/", "Firefox"},
                                         {"Firefox/", "Firefox"},
                                         {"CriOS/", "Chrome"},
                                         {"Chromium/", "Chromium"},
                                         {"Chrome/", "Chrome"},
                                         {"Safari/", "Safari"}}};
constexpr std::array<Mark, 7> kSystems{{{"Android", "Android"},
                                        {"iPhone", "iPhone"},
                                        {"iPad", "iPad"},
                                        {"Windows", "Windows"},
                                        {"Mac OS X", "macOS"},
                                        {"CrOS", "ChromeOS"},
                                        {"Linux", "Linux"}}};

template <std::size_t N>
std::string_view first_of(const std::array<Mark, N>& marks, std::string_view text) {
  const auto* found = std::ranges::find_if(
      marks, [&](const Mark& mark) { return text.find(mark.first) != std::string_view::npos; });
  return found == marks.end() ? std::string_view{} : found->second;
}

/// "10.1." of an IPv4 address, "2001:db8:" of an IPv6 one.
std::string_view network_of(std::string_view address) {
  const char between = address.find('.') != std::string_view::npos ? '.' : ':';
  if (between == '.') {  // ::ffff:10.1.2.3 is an IPv4 address
    const auto colon = address.rfind(':');
    if (colon != std::string_view::npos) address.remove_prefix(colon + 1);
  }
  const auto first = address.find(between);
  if (first == std::string_view::npos) return address;
  const auto second = address.find(between, first + 1);
  return address.substr(0, std::min(second, address.size()));
}

}  // namespace

std::string device_name(std::string_view user_agent) {
  const auto browser = first_of(kBrowsers, user_agent);
  const auto system = first_of(kSystems, user_agent);
  if (browser.empty() && system.empty()) return "App";
  if (browser.empty() || system.empty()) return std::string{browser.empty() ? system : browser};
  return fmt::format("{}, {}", browser, system);
}

security::TokenDigest device_digest(UserId user, std::string_view name, std::string_view address) {
  return security::token_digest(fmt::format("{}|{}|{}", user.str(), name, network_of(address)));
}

}  // namespace souk::user
