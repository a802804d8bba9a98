#include "core/error.hpp"

#include <utility>

#include <fmt/format.h>

namespace souk {
namespace {

struct KindRow {
  int status;
  std::string_view title;
};

constexpr KindRow row(Kind kind) {
  switch (kind) {
    case Kind::malformed: return {400, "Bad request"};
    case Kind::validation: return {422, "Validation failed"};
    case Kind::unauthenticated: return {401, "Authentication required"};
    case Kind::payment_required: return {402, "Payment declined"};
    case Kind::forbidden: return {403, "Forbidden"};
    case Kind::not_found: return {404, "Not found"};
    case Kind::method_not_allowed: return {405, "Method not allowed"};
    case Kind::conflict: return {409, "Conflict"};
    case Kind::too_large: return {413, "Too large"};
    case Kind::unsupported_media: return {415, "Unsupported media type"};
    case Kind::rate_limited: return {429, "Too many requests"};
    case Kind::unavailable: return {503, "Service unavailable"};
    case Kind::deadline_exceeded: return {503, "Timed out"};
    case Kind::internal: return {500, "Internal error"};
  }
  std::unreachable();
}

}  // namespace

int http_status(Kind kind) { return row(kind).status; }

std::string_view title(Kind kind) { return row(kind).title; }

Error invalid_field(std::string field, std::string code, std::string message) {
  Error error{Kind::validation, "validation_failed", fmt::format("{}: {}", field, message)};
  error.fields.push_back({std::move(field), std::move(code), std::move(message)});
  return error;
}

Error not_found(std::string_view what) {
  return {Kind::not_found, "not_found", fmt::format("There is no such {}.", what)};
}

Error unavailable(std::string detail, std::chrono::seconds retry_after) {
  Error error{Kind::unavailable, "unavailable", std::move(detail)};
  error.retry_after = retry_after;
  return error;
}

}  // namespace souk
