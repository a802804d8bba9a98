#pragma once

#include <string_view>

#include <boost/json/value.hpp>

namespace souk::gateway {

/// Reads JSON as RFC 8259 has it and no more. Throws Error{malformed, "malformed_json"} for anything
/// else (invalid UTF-8, lone surrogates, NaN, trailing text, nesting past 32 levels), and
/// Error{malformed, "duplicate_key"} for an object that names a member twice. Pure; any thread.
boost::json::value parse_strict(std::string_view text);

}  // namespace souk::gateway
