#pragma once

#include <chrono>
#include <exception>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace souk {

/// What sort of failure it is. Each kind maps to one gRPC status (runtime/status.cpp) and one HTTP
/// status (http_status below); nothing else decides a status.
enum class Kind {
  malformed,           ///< cannot be read at all
  validation,          ///< read, but a value is not allowed
  unauthenticated,     ///< who are you?
  payment_required,    ///< the payment was declined
  forbidden,           ///< not yours to do
  not_found,           ///< absent, or not yours to see
  method_not_allowed,  ///< the path exists, the method does not
  conflict,            ///< the present state forbids it
  too_large,
  unsupported_media,
  rate_limited,
  unavailable,        ///< a dependency is down or a bound was reached; try again
  deadline_exceeded,  ///< the time for this call is over
  internal,           ///< our fault; the detail is logged, never shown
};

/// The HTTP status a kind is answered with.
int http_status(Kind kind);

/// The fixed short text (RFC 9457 `title`) of a kind.
std::string_view title(Kind kind);

/// One wrong field of a request: `field` is the JSON path ("items[0].quantity").
struct FieldError {
  std::string field;
  std::string code;
  std::string message;

  bool operator==(const FieldError&) const = default;
};

/// The one error type. Thrown where it ends the request; returned in a Result where the caller
/// decides on it. `code` is stable snake_case and documented in docs/API.md (a test checks that).
class Error : public std::exception {
 public:
  Error(Kind error_kind, std::string error_code, std::string error_detail,
        std::vector<FieldError> error_fields = {})
      : kind(error_kind),
        code(std::move(error_code)),
        detail(std::move(error_detail)),
        fields(std::move(error_fields)) {}

  const char* what() const noexcept override { return detail.c_str(); }

  Kind kind;
  std::string code;
  std::string detail;  ///< for the client; holds no SQL, path, or other infrastructure
  std::vector<FieldError> fields;
  std::optional<std::chrono::seconds> retry_after;
  std::map<std::string, std::string> extra;  ///< further problem+json members, e.g. order_id
};

/// A single-field validation error: 422 `validation_failed`.
Error invalid_field(std::string field, std::string code, std::string message);

/// 404 `not_found` for "order", "product", …
Error not_found(std::string_view what);

/// 503 `unavailable` with Retry-After.
Error unavailable(std::string detail, std::chrono::seconds retry_after = std::chrono::seconds{1});

template <class T>
using Result = std::expected<T, Error>;

}  // namespace souk
