#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/server.hpp"
#include "http/uri.hpp"
#include "testing/world.hpp"

/// Stand-ins for providers, as strict as the real ones, or stricter: what they do not know they refuse.
namespace souk::notification::testing {

/// An HTTP server on the test's own loop.
class FakeServer {
 public:
  FakeServer(boost::asio::io_context& loop, const Clock& clock)
      : server_({&loop}, clock, {},
                [this](const http::Request& request) { return take(request); }) {
    server_.start();
  }
  virtual ~FakeServer() = default;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  int port() const { return server_.port(); }

  std::vector<http::Request> requests;

 protected:
  virtual http::Response answer(const http::Request& request) = 0;

 private:
  Task<http::Response> take(const http::Request& request) {
    requests.push_back(request);
    co_return answer(request);
  }

  http::Server server_;
};

inline http::Response twilio_error(int status, int code) {
  return http::json_response(
      status, boost::json::serialize(boost::json::object{
                  {"code", code},
                  {"message", "refused"},
                  {"more_info", "https://www.twilio.com/docs/errors/" + std::to_string(code)},
                  {"status", status}}));
}

/// POST /2010-04-01/Accounts/{sid}/Messages.json.
class FakeTwilio final : public FakeServer {
 public:
  using FakeServer::FakeServer;

  std::vector<std::map<std::string, std::string>> accepted;
  int fail_with_code = 0;  ///< the next one
  int fail_with_status = 0;
  bool hang_up_after = false;  ///< takes the message, then breaks off

 protected:
  http::Response answer(const http::Request& request) override {
    if (request.headers.get("Authorization") != "Basic QUMxOnNlY3JldA==")  // AC1:secret
      return twilio_error(401, 20003);
    if (request.method != http::Method::post ||
        request.path != "/2010-04-01/Accounts/AC1/Messages.json")
      return twilio_error(404, 20404);
    if (request.headers.get("Content-Type") != "application/x-www-form-urlencoded")
      return twilio_error(415, 20415);
    std::map<std::string, std::string> form;
    for (const auto& [name, value] : http::parse_query(request.body)) {
      const bool known =
          name == "To" || name == "From" || name == "MessagingServiceSid" || name == "Body";
      if (!known || value.empty() || !form.emplace(name, value).second)
        return twilio_error(400, 21620);
    }
    if (!form.contains("To") || !form.contains("Body") ||
        form.contains("From") == form.contains("MessagingServiceSid") || form["Body"].size() > 1600)
      return twilio_error(400, 21604);
    if (!form["To"].starts_with('+')) return twilio_error(400, 21211);
    if (const auto code = std::exchange(fail_with_code, 0)) {
      auto refused = twilio_error(std::exchange(fail_with_status, 0), code);
      if (code == 20429) refused.headers.add("Retry-After", "7");
      return refused;
    }
    accepted.push_back(form);
    http::Response response = http::json_response(
        201, R"({"sid":"SM1","status":"queued","error_code":null,"error_message":null})");
    response.hang_up = std::exchange(hang_up_after, false);
    return response;
  }
};

/// Keeps the requests and answers as told.
class Recorder final : public FakeServer {
 public:
  using FakeServer::FakeServer;
  int status = 200;
  std::string retry_after;
  std::function<http::Response(const http::Request&)> script;

 protected:
  http::Response answer(const http::Request& request) override {
    if (script) return script(request);
    auto response = http::json_response(status, "{}");
    if (!retry_after.empty()) response.headers.add("Retry-After", retry_after);
    return response;
  }
};

inline std::chrono::steady_clock::time_point soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds{5};
}

inline std::vector<std::uint8_t> bytes(std::string_view text) { return {text.begin(), text.end()}; }

inline std::string hex(std::string_view text) {
  std::string digits;
  for (const unsigned char c : text) digits += fmt::format("{:02x}", c);
  return digits;
}

/// What the attempt threw.
template <class F>
Error refused(F attempt) {
  try {
    attempt();
  } catch (const Error& error) {
    return error;
  }
  return {Kind::internal, "nothing_thrown", ""};
}

class ProvidersTest : public ::testing::Test {
 protected:
  ~ProvidersTest() override { world.loop.poll(); }
  souk::testing::World world;
};

}  // namespace souk::notification::testing
