#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace souk::runtime {

/// The smallest page is 1, the largest 100, the usual one 20 (the field rules of the requests say
/// the same).
inline constexpr int kDefaultPageSize = 20;

/// Makes and reads the opaque `page_token` of keyset-paged lists. A token names its list (with its
/// filters) and the sort keys of the last item; it is signed, so a forged one, and one of another
/// list or tenant, is refused. Immutable, any thread.
class PageTokens {
 public:
  /// `key`: the 32 bytes of ModuleContext::key; another key is derived from it.
  explicit PageTokens(std::span<const std::uint8_t> key);

  /// `list` holds everything that must be the same on the next page: the rpc, the caller, the
  /// filters, the sort.
  std::string make(std::string_view list, const std::vector<std::string>& after) const;

  /// Empty for an empty token (the first page). Throws Error{malformed, "invalid_page_token"}.
  std::optional<std::vector<std::string>> read(std::string_view list, std::string_view token) const;

 private:
  std::vector<std::uint8_t> key_;
};

}  // namespace souk::runtime
