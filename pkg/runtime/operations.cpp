#include "runtime/operations.hpp"

#include "runtime/blocking.hpp"

namespace souk::runtime {

Operations::Operations(const Clock& clock, const Metrics& metrics, std::string address, int port,
                       Ready ready)
    : metrics_(metrics),
      ready_(std::move(ready)),
      server_({&loop_.context()}, clock,
              {.address = std::move(address), .port = static_cast<std::uint16_t>(port)},
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
    co_await ready_();
    co_return http::json_response(200, R"({"status":"ready"})");
  }
  if (request.path == "/metrics") {
    auto response = http::text_response(200, metrics_.text());
    co_return response;
  }
  throw not_found("page");
}

}  // namespace souk::runtime
