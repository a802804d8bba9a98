#include "internal/providers/twilio.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "http/uri.hpp"
#include "internal/providers/replies.hpp"
#include "internal/providers/sms_requests.hpp"

namespace souk::notification {
namespace {

// https://www.twilio.com/docs/api/errors
constexpr std::int64_t kTooManyRequests = 20429;
constexpr std::int64_t kUnsubscribed = 21610;
/// Not a number; not reachable from here; no mobile phone.
constexpr std::array<std::int64_t, 3> kInvalidNumber{21211, 21612, 21614};

/// `code` of an error's body; 0 where there is none.
std::int64_t twilio_code(const std::string& body) {
  boost::system::error_code unreadable;
  const auto reply = boost::json::parse(body, unreadable);
  if (unreadable || !reply.is_object()) return 0;
  const auto* code = reply.get_object().if_contains("code");
  return code != nullptr && code->is_int64() ? code->get_int64() : 0;
}

std::string form(const Twilio::Settings& settings, const Sms& sms) {
  const bool service = settings.from.starts_with("MG");
  return fmt::format("To={}&{}={}&Body={}", http::percent_encode(sms.to),
                     service ? "MessagingServiceSid" : "From", http::percent_encode(settings.from),
                     http::percent_encode(sms.text));
}

}  // namespace

Twilio::Twilio(boost::asio::io_context& loop, Settings settings)
    : settings_(std::move(settings)), client_(loop, settings_.base_url) {}

Task<SmsOutcome> Twilio::send(const Sms& sms, std::chrono::steady_clock::time_point deadline) {
  http::ClientRequest request{
      .method = http::Method::post,
      .target = fmt::format("/2010-04-01/Accounts/{}/Messages.json", settings_.account),
      .body = form(settings_, sms),
      .deadline = deadline};
  request.headers.add("Authorization",
                      http::basic_authorization(settings_.account, settings_.token));
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Accept", "application/json");
  const auto reply = co_await send_sms(client_, std::move(request));
  if (reply.status == 201) co_return SmsOutcome::accepted;
  const auto code = twilio_code(reply.body);
  if (code == kUnsubscribed) co_return SmsOutcome::unsubscribed;
  if (std::ranges::find(kInvalidNumber, code) != kInvalidNumber.end())
    co_return SmsOutcome::invalid_number;
  if (code == kTooManyRequests) throw too_much("Twilio", reply);
  throw provider_refused("Twilio", reply, std::to_string(code));
}

}  // namespace souk::notification
