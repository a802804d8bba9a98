#pragma once

#include <memory>
#include <string>

#include <google/protobuf/message.h>

#include "core/error.hpp"
#include "http/message.hpp"
#include "internal/middleware/response_cache.hpp"
#include "internal/routing/route.hpp"
#include "runtime/call.hpp"

/// HTTP request -> rpc request, rpc reply -> HTTP response. Pure; any thread.
namespace souk::gateway {

/// Path, query and body as the route's request message. Throws Error{unsupported_media} for a body that is
/// no JSON, and what json/ throws.
std::unique_ptr<google::protobuf::Message> read_request(const http::Request& http,
                                                        const Match& match);

/// Throws Error{malformed}: "idempotency_key_required" where the rule needs one, "invalid_idempotency_key"
/// for one that is not 1 to 255 visible ASCII characters.
void check_idempotency_key(const http::Request& http, const common::v1::Rule& rule);

/// The e-mail address that a login or registration is about, in lower case; empty for other requests,
/// and for what is too long to be one.
std::string guessed_account(const google::protobuf::Message& request);

/// Status, Location, Idempotent-Replayed, Cache-Control and the body.
void write_reply(const Route& route, const rpc::ReplyInfo& info,
                 const google::protobuf::Message& reply, http::Response& response);

/// 200, or 304 where If-None-Match has the ETag.
http::Response from_cache(const http::Request& http, const CachedReply& reply);

/// A kept reply that is XML.
http::Response xml_response(const ResponseCache::Reply& reply);

/// problem+json, with Allow where the error lists methods and WWW-Authenticate for a 401.
http::Response problem_reply(const Error& error, std::string_view path, std::string_view trace_id);

/// nosniff, no framing, no referrer, a CSP where the page has none of its own, HSTS behind TLS.
void add_security_headers(http::Response& response, bool tls);

}  // namespace souk::gateway
