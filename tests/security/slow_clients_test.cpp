// Clients that hold on to connections: each gets its time and no more, while others are served.
#include <future>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "world.hpp"

namespace souk::testing::bad_inputs {
namespace {

using namespace std::chrono_literals;

/// Longer than any limit of the server's, shorter than anyone would wait.
constexpr auto kPatience = 40s;

/// Sends a byte at a time until the server has had enough.
RawReply drip(std::uint16_t port, std::string_view first, std::string_view drop) {
  RawConnection connection{port};
  connection.send(first);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!connection.readable(200ms) && std::chrono::steady_clock::now() < deadline)
    connection.send(drop);
  return connection.read();
}

/// Asks for more than any buffer holds and reads none of it; true once the server has closed the
/// connection.
bool never_read(std::uint16_t port) {
  const std::string page = "GET /openapi.json HTTP/1.1\r\nHost: shop\r\n\r\n";
  RawConnection connection{port};
  connection.set_receive_buffer(4096);
  std::string pages;
  for (int i = 0; i < 400; ++i) pages += page;
  connection.send(pages);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (!connection.send(page)) return true;  // few enough never to wait for room
    std::this_thread::sleep_for(200ms);
  }
  return false;
}

TEST(SlowClients, AreCutOffWhileOthersAreServed) {
  const auto port = world().port();
  auto headers = std::async(std::launch::async, [&] {
    return drip(port, "GET /api/v1/products HTTP/1.1\r\nHost: shop\r\nX: ", "a");
  });
  auto body = std::async(std::launch::async, [&] {
    return drip(
        port,
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
        "Content-Length: 1000\r\n\r\n{",
        " ");
  });
  auto reader = std::async(std::launch::async, [&] { return never_read(port); });

  std::chrono::steady_clock::duration slowest{};
  const auto still = [](const auto& future) {
    return future.wait_for(50ms) != std::future_status::ready;
  };
  while (still(headers) || still(body) || still(reader)) {
    const auto started = std::chrono::steady_clock::now();
    const auto served = world().exchange(
        "GET /api/v1/products HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(served.status, 200);
    slowest = std::max(slowest, std::chrono::steady_clock::now() - started);
  }
  EXPECT_LT(slowest, 5s);
  expect_problem(headers.get(), 408, "request_timeout");
  expect_problem(body.get(), 408, "request_timeout");
  EXPECT_TRUE(reader.get());
}

}  // namespace
}  // namespace souk::testing::bad_inputs
