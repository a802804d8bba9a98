#include "internal/providers/http_sms.hpp"

#include <array>
#include <utility>

#include <boost/json.hpp>

#include "internal/providers/replies.hpp"
#include "internal/providers/sms_requests.hpp"

namespace souk::notification {
namespace {

namespace json = boost::json;
using Placeholders = std::array<std::pair<std::string_view, std::string_view>, 4>;

std::string fill_text(std::string text, const Placeholders& values) {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const auto* found = values.end();
    for (const auto* one = values.begin(); one != values.end() && found == values.end(); ++one) {
      if (text.compare(at, one->first.size(), one->first) == 0) found = one;
    }
    if (found == values.end()) {
      filled += text[at++];
    } else {
      filled += found->second;
      at += found->first.size();
    }
  }
  return filled;
}

/// Only the template's own strings are looked at: what is filled in is never a template.
json::value fill_value(const json::value& value, const Placeholders& values) {
  if (const auto* text = value.if_string()) {
    return json::value(fill_text(std::string{*text}, values));
  }
  if (const auto* list = value.if_array()) {
    json::array filled;
    for (const auto& item : *list) filled.push_back(fill_value(item, values));
    return filled;
  }
  if (const auto* object = value.if_object()) {
    json::object filled;
    for (const auto& [key, item] : *object) filled[key] = fill_value(item, values);
    return filled;
  }
  return value;
}

json::value read_template(const std::string& text) {
  boost::system::error_code unreadable;
  auto value = json::parse(text, unreadable);
  if (unreadable || !value.is_object() || !text.contains("{{to}}") || !text.contains("{{text}}")) {
    throw Error{Kind::validation, "invalid_setting",
                "Setting SMS_HTTP_TEMPLATE: needs a JSON object with {{to}} and {{text}} in it"};
  }
  return value;
}

/// Scheme, host and port; and the path that the request goes to.
std::pair<std::string, std::string> origin_and_target(const std::string& url) {
  const auto path = url.find('/', url.find("://") + 3);
  if (path == std::string::npos) return {url, "/"};
  return {url.substr(0, path), url.substr(path)};
}

}  // namespace

HttpSms::HttpSms(boost::asio::io_context& loop, Settings settings)
    : settings_(std::move(settings)),
      template_(read_template(settings_.body_template)),
      client_(loop, origin_and_target(settings_.url).first) {}

Task<SmsOutcome> HttpSms::send(const Sms& sms, std::chrono::steady_clock::time_point deadline) {
  const Placeholders values{{{"{{to}}", sms.to},
                             {"{{text}}", sms.text},
                             {"{{from}}", settings_.from},
                             {"{{id}}", sms.id}}};
  http::ClientRequest request{
      .method = settings_.method == "PUT" ? http::Method::put : http::Method::post,
      .target = origin_and_target(settings_.url).second,
      .body = json::serialize(fill_value(template_, values)),
      .deadline = deadline};
  request.headers.add("Content-Type", "application/json");
  request.headers.add("Idempotency-Key", sms.id);
  if (!settings_.authorization.empty()) {
    request.headers.add("Authorization", settings_.authorization);
  }
  const auto reply = co_await send_sms(client_, std::move(request));
  if (reply.status >= 200 && reply.status < 300) co_return SmsOutcome::accepted;
  throw provider_refused("The SMS gateway", reply, "");
}

}  // namespace souk::notification
