#include "internal/server/exchange.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace souk::gateway {
namespace {

bool is_sane(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

void FastRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    auto z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    z ^= z >> 31U;
    const auto size = std::min(out.size(), sizeof z);
    std::memcpy(out.data(), &z, size);
    out = out.subspan(size);
  }
}

std::string request_id(const http::Request& request, Random& random) {
  const auto given = request.headers.get("X-Request-Id");
  if (given && is_sane(*given)) return std::string{*given};
  return fmt::format("{:016x}{:016x}", random.next(), random.next());
}

std::string user_agent(const http::Request& request) {
  // Browsers need less than half of it.
  constexpr std::size_t kLongest = 256;
  std::string agent;
  for (const char character : request.headers.get("User-Agent").value_or("")) {
    if (character >= ' ' && character <= '~' && agent.size() < kLongest) agent += character;
  }
  return agent;
}

std::string client_address(const http::Request& request,
                           const std::vector<std::string>& trusted_proxies) {
  const auto is_trusted = [&](std::string_view address) {
    return std::ranges::find(trusted_proxies, address) != trusted_proxies.end();
  };
  if (!is_trusted(request.peer_address)) return request.peer_address;
  auto forwarded = request.headers.get("X-Forwarded-For").value_or("");
  while (!forwarded.empty()) {
    const auto comma = forwarded.rfind(',');
    const auto last =
        trimmed(comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1));
    if (!last.empty() && last.size() <= 64 && !is_trusted(last)) return std::string{last};
    forwarded = comma == std::string_view::npos ? std::string_view{} : forwarded.substr(0, comma);
  }
  return request.peer_address;
}

}  // namespace souk::gateway
