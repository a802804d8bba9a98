// A server of one page, for measuring beside nginx: http_bench [port] [bytes].
#include <cstdlib>
#include <iostream>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "core/clock.hpp"
#include "http/server.hpp"

int main(int argc, char** argv) {
  using namespace souk;
  http::ServerSettings settings;
  settings.port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
  const auto bytes = static_cast<std::size_t>(argc > 2 ? std::atoi(argv[2]) : 1024);
  const auto page = std::make_shared<const std::string>(std::string(bytes, 'x'));

  SystemClock clock;
  boost::asio::io_context first{1};
  boost::asio::io_context second{1};
  http::Server server{
      {&first, &second}, clock, settings, [page](const http::Request&) -> Task<http::Response> {
        http::Response response;
        response.headers.add("Content-Type", "application/json");
        response.headers.add("ETag", "\"0123456789abcdef\"");
        response.headers.add("Cache-Control", "public, max-age=5");
        response.shared_body = page;
        co_return response;
      }};
  server.start();
  std::cout << server.port() << std::endl;
  std::thread other{[&second] { second.run(); }};
  first.run();
  other.join();
}
