#include "internal/models/refund.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace souk::order {

std::string_view to_string(RefundStatus status) {
  switch (status) {
    case RefundStatus::pending: return "pending";
    case RefundStatus::succeeded: return "succeeded";
    case RefundStatus::failed: return "failed";
  }
  throw std::invalid_argument{"no such refund status"};
}

RefundStatus parse_refund_status(std::string_view word) {
  for (const auto status : {RefundStatus::pending, RefundStatus::succeeded, RefundStatus::failed}) {
    if (to_string(status) == word) return status;
  }
  throw std::invalid_argument{fmt::format("\"{}\" is no refund status", word)};
}

}  // namespace souk::order
