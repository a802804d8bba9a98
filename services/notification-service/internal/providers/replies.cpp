#include "internal/providers/replies.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace souk::notification {
namespace {

constexpr std::chrono::seconds kLongestRest{3600};

}  // namespace

std::optional<std::chrono::seconds> retry_after(const http::ClientResponse& response) {
  const auto given = response.headers.get("Retry-After");
  if (!given) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, failure] =
      std::from_chars(given->data(), given->data() + given->size(), seconds);
  if (failure != std::errc{} || end != given->data() + given->size() || seconds < 0) {
    return std::nullopt;
  }
  return std::min(std::chrono::seconds{seconds}, kLongestRest);
}

Error too_much(std::string_view provider, const http::ClientResponse& response) {
  Error error{Kind::rate_limited, "provider_rate_limited",
              fmt::format("{} takes no more at the moment.", provider)};
  error.retry_after = retry_after(response);
  return error;
}

Error provider_refused(std::string_view provider, const http::ClientResponse& response,
                       std::string_view code) {
  if (response.status == 429) return too_much(provider, response);
  const auto detail = fmt::format("{} answered {} {}.", provider, response.status, code);
  if (response.status < 500) return {Kind::validation, "provider_refused", detail};
  auto error = unavailable(detail);
  error.retry_after = retry_after(response);
  return error;
}

}  // namespace souk::notification
