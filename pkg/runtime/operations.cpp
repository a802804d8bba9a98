#include "runtime/operations.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "runtime/blocking.hpp"

namespace souk::runtime {
namespace {

Log::Level wanted_level(const std::string& body) {
  boost::system::error_code unreadable;
  const auto document = boost::json::parse(body, unreadable);
  const auto* fields = document.if_object();
  const auto* word = fields != nullptr ? fields->if_contains("level") : nullptr;
  if (word != nullptr && word->is_string()) {
    if (const auto level = Log::level_of(std::string_view{word->as_string()})) return *level;
  }
  throw invalid_field("level", "not_allowed", "One of debug, info, warn, error.");
}

}  // namespace

Operations::Operations(Process& process, int port, Answers answers)
    : process_(process),
      answers_(std::move(answers)),
      server_({&loop_.context()}, process.clock,
              {.address = process.settings.text("SOUK_LISTEN"),
               .port = static_cast<std::uint16_t>(port)},
              [this](const http::Request& request) { return answer(request); }) {
  server_.start();
}

Operations::~Operations() {
  run_on(loop_.executor(),
         [this]() -> Task<> { co_await server_.stop(std::chrono::milliseconds{100}); });
}

Task<http::Response> Operations::answer(const http::Request& request) {
  if (request.path == "/healthz") co_return http::json_response(200, R"({"status":"alive"})");
  if (request.path == "/readyz") {
    co_await answers_.ready();
    co_return http::json_response(200, R"({"status":"ready"})");
  }
  if (request.path == "/metrics") {
    answers_.measure();
    co_return http::text_response(200, process_.metrics.text());
  }
  if (request.path == "/loglevel") co_return log_level(request);
  throw not_found("page");
}

/// Of this process, until it ends: the setting is what it begins with.
http::Response Operations::log_level(const http::Request& request) {
  auto& log = process_.log;
  if (request.method == http::Method::put) {
    const auto level = wanted_level(request.body);
    log.set_level(std::min(level, Log::Level::info));  // so that this is written in any case
    log.info("log level", {{"to", Log::name(level)}});
    log.set_level(level);
  }
  return http::json_response(200, fmt::format(R"({{"level":"{}"}})", Log::name(log.level())));
}

}  // namespace souk::runtime
