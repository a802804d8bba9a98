#include "runtime/operations.hpp"

#include "runtime/blocking.hpp"

namespace souk::runtime {
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
  throw not_found("page");
}

}  // namespace souk::runtime
