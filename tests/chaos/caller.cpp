#include "caller.hpp"

#include <array>
#include <stdexcept>
#include <thread>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace souk::chaos {
namespace {

using namespace std::chrono_literals;
using testing::ApiClient;
using testing::ApiReply;
using Steady = std::chrono::steady_clock;

constexpr auto kPause = 50ms;

std::string text(const ApiReply& reply, std::string_view name) {
  const auto* object = reply.body.if_object();
  const auto* value = object == nullptr ? nullptr : object->if_contains(name);
  return value != nullptr && value->is_string() ? std::string{value->as_string()} : "";
}

/// The total of an order, or the amount of a refund.
std::int64_t amount(const ApiReply& reply) {
  for (const auto* name : {"total", "amount"}) {
    const auto* object = reply.body.if_object();
    const auto* money = object == nullptr ? nullptr : object->if_contains(name);
    if (money != nullptr && money->is_object()) return money->at("amount").as_int64();
  }
  return 0;
}

Outcome outcome_of(const ApiReply& reply, std::string_view code) {
  if (reply.status == 202 || reply.status >= 500) return Outcome::unknown;
  if (reply.status < 300) return Outcome::ok;
  // The first call with this key still runs; another writer was first; the session is over: no answer.
  constexpr std::array kAskAgain{"idempotency_in_progress", "order_in_progress", "order_changed",
                                 "token_expired"};
  return std::ranges::find(kAskAgain, code) == kAskAgain.end() ? Outcome::refused
                                                               : Outcome::unknown;
}

}  // namespace

void read_reply(const ApiReply& reply, Call& call) {
  call.status = reply.status;
  call.code = text(reply, "code");
  call.detail = text(reply, "detail");
  call.outcome = outcome_of(reply, call.code);
  call.told_id = text(reply, reply.status < 300 ? "id" : "order_id");
  call.told_number = text(reply, "number");
  call.told_status = text(reply, "status");
  if (reply.status < 300) call.told_amount = amount(reply);
}

Caller::Caller(std::string name, std::vector<std::string> gateways, Recorder& recorder,
               std::chrono::milliseconds patience)
    : name_(std::move(name)), recorder_(recorder) {
  for (auto& url : gateways) gateways_.emplace_back(std::move(url), patience);
}

ApiReply Caller::send_to_any(const Send& send) {
  for (std::size_t tried = 1;; ++tried) {
    try {
      return send(gateways_[at_]);
    } catch (const http::ClientError& error) {
      at_ = (at_ + 1) % gateways_.size();
      if (error.delivery != http::Delivery::not_sent || tried == gateways_.size()) throw;
    }
  }
}

Call Caller::attempt(const Call& intent, const Send& send) {
  // Nothing that an earlier call was told.
  Call call{.who = name_,
            .what = intent.what,
            .key = intent.key,
            .order = intent.order,
            .sku = intent.sku,
            .quantity = intent.quantity,
            .amount = intent.amount};
  const auto number = recorder_.begin(call);
  try {
    read_reply(send_to_any(send), call);
  } catch (const http::ClientError& error) {
    call.outcome = Outcome::unknown;
    call.code = error.cause;
  }
  recorder_.end(number, call);
  if (call.code == "token_expired") renew_session();
  return call;
}

Call Caller::insist(const Call& intent, const Send& send, Steady::time_point until) {
  for (;;) {
    auto call = attempt(intent, send);
    if (call.outcome != Outcome::unknown || Steady::now() > until) return call;
    std::this_thread::sleep_for(kPause);
  }
}

void Caller::register_account(Steady::time_point until) {
  password_ = "correct horse battery";
  for (;;) {
    // An address of its own each time: whether the last one was registered is not known.
    email_ = ApiClient::unique_email();
    const boost::json::value account{
        {"email", email_}, {"password", password_}, {"full_name", name_}};
    Call call{.what = "register"};
    call.who = name_;
    const auto number = recorder_.begin(call);
    try {
      const auto reply = send_to_any(
          [&](ApiClient& client) { return client.post("/api/v1/auth/register", account); });
      read_reply(reply, call);
      if (reply.status == 201) {
        call.told_id = reply.text("user.id");
        for (auto& client : gateways_) client.use_token(reply.text("access_token"));
      }
    } catch (const http::ClientError& error) {
      call.code = error.cause;
    }
    recorder_.end(number, call);
    if (call.outcome == Outcome::ok) return;
    if (Steady::now() > until)
      throw std::runtime_error{fmt::format("no account: {} {}", call.status, call.code)};
    std::this_thread::sleep_for(kPause);
  }
}

void Caller::log_in_as_admin(Steady::time_point until) {
  email_ = "admin@souk.local";
  password_ = "souk-demo-admin";
  for (;;) {
    try {
      return log_in_again();
    } catch (const std::exception&) {
      if (Steady::now() > until) throw;
    }
    std::this_thread::sleep_for(kPause);
  }
}

/// Where that fails now, the next call is told again that its token has expired.
void Caller::renew_session() {
  try {
    log_in_again();
  } catch (const std::exception&) {
    std::this_thread::sleep_for(kPause);
  }
}

void Caller::log_in_again() {
  auto& client = gateways_[at_];
  client.log_in(email_, password_);
  for (auto& other : gateways_) other.use_token(client.token());
}

}  // namespace souk::chaos
