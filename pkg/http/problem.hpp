#pragma once

#include <string_view>

#include "core/error.hpp"
#include "http/message.hpp"

namespace souk::http {

/// The one place where an Error becomes a reply: application/problem+json (RFC 9457) with `type`,
/// `title`, `status`, `detail`, `instance`, and `code`, `trace_id`, `errors`, and Error::extra;
/// with Retry-After where the error has one, and on every 503. Of a Kind::internal nothing is shown but that it
/// happened.
Response problem(const Error& error, std::string_view instance, std::string_view trace_id);

/// The same with a status that only HTTP knows (408, 414, 431, 501, …); the title is its phrase.
Response problem(int status, const Error& error, std::string_view instance,
                 std::string_view trace_id);

}  // namespace souk::http
