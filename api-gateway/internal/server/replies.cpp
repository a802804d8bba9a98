#include "internal/server/replies.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <google/protobuf/message.h>

#include "common/common.pb.h"
#include "core/text.hpp"
#include "http/problem.hpp"
#include "internal/json/proto_json.hpp"
#include "internal/json/strict_json.hpp"
#include "runtime/wire_metadata.hpp"

namespace souk::gateway {
namespace {

/// Bytes of an e-mail address (254 characters) at the most: longer ones are refused by validation,
/// and are no keys to keep.
constexpr std::size_t kLongestAddress = 254 * 4;

/// "Text/CSV ; charset=utf-8" -> "text/csv"
std::string media_type(const http::Request& http) {
  const auto given = http.headers.get("Content-Type").value_or("");
  auto type = text::to_lower(given.substr(0, given.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

boost::json::value read_body(const http::Request& http) {
  if (http.body.empty()) return boost::json::object{};
  if (media_type(http) != "application/json") {
    throw Error{Kind::unsupported_media, "unsupported_media_type",
                "Send the body as application/json."};
  }
  return parse_strict(http.body);
}

/// The body as it came, and the headers that the rule names.
void read_raw(const http::Request& http, const common::v1::RawBody& rule,
              google::protobuf::Message& request) {
  if (http.body.size() > rule.max_bytes())
    throw Error{Kind::too_large, "body_too_large", "The body is too large."};
  const auto& types = rule.media_types();
  if (!types.empty() && std::ranges::find(types, media_type(http)) == types.end()) {
    throw Error{Kind::unsupported_media, "unsupported_media_type",
                fmt::format("Send the body as {}.", fmt::join(types, ", "))};
  }
  const auto* type = request.GetDescriptor();
  const auto* reflection = request.GetReflection();
  reflection->SetString(&request, type->FindFieldByName(std::string{kRawBody}), http.body);
  const auto* headers = type->FindFieldByName(std::string{kRawHeaders});
  for (const auto& name : rule.headers()) {
    const auto value = http.headers.get(name);
    if (!value) continue;
    auto* entry = reflection->AddMessage(&request, headers);
    const auto* fields = headers->message_type();
    entry->GetReflection()->SetString(entry, fields->map_key(), name);
    entry->GetReflection()->SetString(entry, fields->map_value(), std::string{*value});
  }
}

/// "/api/v1/orders/{id}" with the reply's own id.
std::string location(const std::string& pattern, const google::protobuf::Message& reply) {
  const auto open = pattern.find('{');
  const auto close = pattern.find('}');
  const auto* field =
      reply.GetDescriptor()->FindFieldByName(pattern.substr(open + 1, close - open - 1));
  return pattern.substr(0, open) + reply.GetReflection()->GetString(reply, field) +
         pattern.substr(close + 1);
}

/// RFC 9110 §13.1.2: a list of entity tags, or "*"; weak comparison.
bool matches(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

/// What a page of ours may do: look as its own style says, and send its form here.
constexpr char kFilePolicy[] =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "frame-ancestors 'none'; sandbox allow-forms";

void write_file(const common::v1::File& file, http::Response& response) {
  const bool safe = std::ranges::all_of(file.name(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  });
  if (!safe || file.name().empty())
    throw Error{Kind::internal, "internal_error", "a file's name does not fit a header"};
  response.headers.add("Content-Type", file.content_type());
  response.headers.add(
      "Content-Disposition",
      fmt::format("{}; filename=\"{}\"", file.attachment() ? "attachment" : "inline", file.name()));
  if (file.content_type().starts_with("text/html"))
    response.headers.add("Content-Security-Policy", kFilePolicy);
  response.body = file.content();
}

}  // namespace

std::unique_ptr<google::protobuf::Message> read_request(const http::Request& http,
                                                        const Match& match) {
  auto request = match.route->new_request();
  auto taken = match.route->path_fields();
  if (match.route->rule.has_raw_body()) {
    taken.insert(taken.end(), {std::string{kRawBody}, std::string{kRawHeaders}});
    from_query(http::parse_query(http.query), *request, taken);
    read_raw(http, match.route->rule.raw_body(), *request);
  } else if (match.route->has_body) {
    if (!http.query.empty())
      from_query(http::parse_query(http.query), *match.route->new_request(), taken);
    from_json(read_body(http), *request, taken);
  } else {
    from_query(http::parse_query(http.query), *request, taken);
  }
  for (const auto& [field, value] : match.path_values) from_path(field, value, *request);
  return request;
}

void check_idempotency_key(const http::Request& http, const common::v1::Rule& rule) {
  if (rule.idempotency() == common::v1::IDEMPOTENCY_UNSPECIFIED) return;
  const auto key = http.headers.get("Idempotency-Key");
  if (!key) {
    if (rule.idempotency() != common::v1::IDEMPOTENCY_REQUIRED) return;
    throw Error{Kind::malformed, "idempotency_key_required",
                "Send an Idempotency-Key header with this request."};
  }
  const bool visible = std::ranges::all_of(*key, [](char c) { return c > ' ' && c <= '~'; });
  if (key->empty() || key->size() > 255 || !visible) {
    throw Error{Kind::malformed, "invalid_idempotency_key",
                "An Idempotency-Key has 1 to 255 visible ASCII characters."};
  }
}

std::string guessed_account(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("email");
  if (field == nullptr) return {};
  auto account = text::to_lower(request.GetReflection()->GetString(request, field));
  return account.size() <= kLongestAddress ? account : std::string{};
}

void write_reply(const Route& route, const rpc::ReplyInfo& info,
                 const google::protobuf::Message& reply, http::Response& response) {
  response.status = info.http_status != 0              ? info.http_status
                    : route.rule.success_status() != 0 ? route.rule.success_status()
                                                       : 200;
  if (info.replayed) response.headers.add("Idempotent-Replayed", "true");
  response.headers.add("Cache-Control", "no-store");
  if (response.status == 204) return;
  if (!route.rule.location().empty())
    response.headers.add("Location", location(route.rule.location(), reply));
  if (const auto* file = google::protobuf::DynamicCastToGenerated<common::v1::File>(&reply))
    return write_file(*file, response);
  response.headers.add("Content-Type", "application/json");
  response.body = to_json(reply);
}

http::Response from_cache(const http::Request& http, const CachedReply& reply) {
  http::Response response;
  response.headers.add("ETag", reply.etag);
  // A page is kept, but asked for with If-None-Match.
  response.headers.add("Cache-Control", reply.immutable ? "public, max-age=31536000, immutable"
                                                        : "public, no-cache");
  if (const auto tags = http.headers.get("If-None-Match"); tags && matches(*tags, reply.etag)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", reply.content_type);
  response.shared_body = reply.body;
  return response;
}

http::Response xml_response(const ResponseCache::Reply& reply) {
  http::Response response;
  response.headers.add("Content-Type", "application/xml");
  response.headers.add("Cache-Control", "public, max-age=3600");
  response.shared_body = reply->body;
  return response;
}

http::Response problem_reply(const Error& error, std::string_view path, std::string_view trace_id) {
  auto shown = error;
  const auto allow = shown.extra.extract("allow");
  const auto replayed = shown.extra.extract(rpc::kReplayedMetadata);
  auto response = http::problem(shown, path, trace_id);
  if (!allow.empty()) response.headers.add("Allow", allow.mapped());
  if (!replayed.empty()) response.headers.add("Idempotent-Replayed", "true");
  if (error.kind == Kind::unauthenticated) response.headers.add("WWW-Authenticate", "Bearer");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

void add_security_headers(http::Response& response, bool tls) {
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("X-Frame-Options", "DENY");
  response.headers.add("Referrer-Policy", "no-referrer");
  if (!response.headers.get("Content-Security-Policy")) {
    response.headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  if (tls) response.headers.add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
}

}  // namespace souk::gateway
