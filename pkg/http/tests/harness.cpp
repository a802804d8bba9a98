#include "harness.hpp"

namespace souk::http::testing {

namespace asio = boost::asio;

Loops::Loops(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    auto& loop = *loops_.emplace_back(std::make_unique<asio::io_context>(1));
    guards_.emplace_back(loop.get_executor());
    threads_.emplace_back([&loop] { loop.run(); });
  }
}

Loops::~Loops() {
  for (auto& loop : loops_) loop->stop();
  for (auto& thread : threads_) thread.join();
}

std::vector<asio::io_context*> Loops::all() {
  std::vector<asio::io_context*> all;
  for (auto& loop : loops_) all.push_back(loop.get());
  return all;
}

TestServer::TestServer(Handler handler, ServerSettings settings)
    : server_(
          std::make_unique<Server>(loops_.all(), clock_, std::move(settings), std::move(handler))) {
  server_->start();
}

TestServer::~TestServer() = default;

}  // namespace souk::http::testing
