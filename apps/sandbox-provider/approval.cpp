#include "approval.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "http/uri.hpp"

namespace souk::sandbox {
namespace {

constexpr std::string_view kPage = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sandbox bank</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem }}
button {{ font: inherit; padding: .6rem 1.2rem; margin-right: .6rem }}
</style></head>
<body><h1>Sandbox bank</h1>
<p>{amount}, for <code>{reference}</code></p>
{rest}
</body></html>
)";

constexpr std::string_view kForm = R"(<p>Is this payment yours?</p>
<form method="post">
<button name="decision" value="approve">Approve</button>
<button name="decision" value="refuse">Refuse</button>
</form>)";

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace

http::Response approval_page(const Charge& charge) {
  const bool waits = charge.status == ChargeStatus::requires_action;
  http::Response response;
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  response.body = fmt::format(
      kPage, fmt::arg("amount", charge.amount.str()),
      fmt::arg("reference", escape_html(charge.reference)),
      fmt::arg("rest", waits ? std::string{kForm}
                             : fmt::format("<p>This payment is {}.</p>", name(charge.status))));
  return response;
}

bool read_decision(const http::Request& request) {
  for (const auto& [name, value] : http::parse_query(request.body)) {
    if (name != "decision") continue;
    if (value == "approve") return true;
    if (value == "refuse") return false;
  }
  throw invalid_field("decision", "invalid", "decision is approve or refuse.");
}

http::Response after_decision(const Charge& charge) {
  if (charge.return_url.empty()) return approval_page(charge);
  http::Response response{.status = 303};
  response.headers.add("Location", charge.return_url);
  return response;
}

}  // namespace souk::sandbox
