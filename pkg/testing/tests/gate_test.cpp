#include "testing/gate.hpp"

#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "testing/run.hpp"

namespace souk::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::use_awaitable;
using Way = Gate::Way;
using Flow = Gate::Flow;
using Tcp = asio::ip::tcp;

/// An echo server behind a gate, and a client in front of it.
class GateTest : public ::testing::Test {
 protected:
  GateTest() { asio::co_spawn(loop, serve(), asio::detached); }

  Task<> serve() {
    for (;;) {
      auto socket = co_await server.async_accept(use_awaitable);
      asio::co_spawn(loop, echo(std::move(socket)), asio::detached);
    }
  }

  static Task<> echo(Tcp::socket socket) {
    std::array<char, 4096> buffer;
    boost::system::error_code ended;
    for (;;) {
      const auto size = co_await socket.async_read_some(asio::buffer(buffer),
                                                        asio::redirect_error(use_awaitable, ended));
      if (ended) co_return;
      co_await asio::async_write(socket, asio::buffer(buffer.data(), size),
                                 asio::redirect_error(use_awaitable, ended));
    }
  }

  Tcp::socket connect(const Gate& to) {
    Tcp::socket socket{loop};
    socket.connect({asio::ip::address_v4::loopback(), to.port()});
    return socket;
  }

  /// What comes back for `text`: as much as was sent, or what came within `patience`; "reset" and
  /// "closed" stand for themselves.
  std::string exchange(Tcp::socket& socket, std::string text,
                       std::chrono::milliseconds patience = 10s) {
    return run(loop, exchanging(socket, std::move(text), patience));
  }

  static Task<std::string> exchanging(Tcp::socket& socket, std::string text,
                                      std::chrono::milliseconds patience) {
    asio::steady_timer timer{socket.get_executor(), patience};
    timer.async_wait([&socket](boost::system::error_code stopped) {
      if (!stopped) socket.cancel();
    });
    boost::system::error_code ended;
    co_await asio::async_write(socket, asio::buffer(text),
                               asio::redirect_error(use_awaitable, ended));
    if (ended) co_return "reset";
    std::string reply(text.size(), '\0');
    const auto size = co_await asio::async_read(socket, asio::buffer(reply),
                                                asio::redirect_error(use_awaitable, ended));
    if (ended == asio::error::connection_reset) co_return "reset";
    if (ended == asio::error::eof) co_return "closed";
    reply.resize(size);
    co_return reply;
  }

  asio::io_context loop{1};
  Tcp::acceptor server{loop, {asio::ip::address_v4::loopback(), 0}};
  Gate gate{loop, local_port(server.local_endpoint().port())};
};

TEST_F(GateTest, PassesOnWhatItIsNotToldToBreak) {
  auto socket = connect(gate);
  EXPECT_EQ(exchange(socket, "hello"), "hello");
  const std::string large(300'000, 'x');
  EXPECT_EQ(exchange(socket, large), large);
}

TEST_F(GateTest, AStallHoldsBytesBackAndLosesNone) {
  for (const auto way : {Way::to_server, Way::to_client}) {
    auto socket = connect(gate);
    gate.set(way, Flow::stall);
    EXPECT_EQ(exchange(socket, "first", 50ms), "");
    gate.heal();
    EXPECT_EQ(exchange(socket, "other"), "first");
  }
}

TEST_F(GateTest, SlicesArriveWhole) {
  gate.set(Way::to_server, Flow::slice);
  gate.set(Way::to_client, Flow::slice);
  auto socket = connect(gate);
  const std::string large(100'000, 'x');
  EXPECT_EQ(exchange(socket, "a" + large + "b"), "a" + large + "b");
}

TEST_F(GateTest, WhatIsSwallowedIsGoneAndItsConnectionWithIt) {
  for (const auto way : {Way::to_server, Way::to_client}) {
    auto socket = connect(gate);
    auto idle = connect(gate);
    EXPECT_EQ(exchange(idle, "there"), "there");
    gate.set(way, Flow::swallow);
    EXPECT_EQ(exchange(socket, "lost", 50ms), "");
    gate.heal();
    EXPECT_EQ(exchange(socket, "more"), "reset");
    EXPECT_EQ(exchange(idle, "still"), "still") << "it lost nothing";
  }
}

TEST_F(GateTest, CutsWhatIsThereAndTurnsAwayWhatComes) {
  auto socket = connect(gate);
  EXPECT_EQ(exchange(socket, "hello"), "hello");
  gate.cut();
  EXPECT_EQ(exchange(socket, "hello"), "reset");
  gate.set(Gate::Door::closed);
  auto turned_away = connect(gate);
  EXPECT_EQ(exchange(turned_away, "hello"), "reset");
  gate.heal();
  auto welcome = connect(gate);
  EXPECT_EQ(exchange(welcome, "hello"), "hello");
}

TEST_F(GateTest, FilterDecidesPieceByPiece) {
  Gate filtered{loop, local_port(server.local_endpoint().port()), [] {
                  return [seen = 0](Way way, std::string& bytes) mutable {
                    if (way == Way::to_client) return Gate::Verdict::pass;
                    switch (++seen) {
                      case 1: return Gate::Verdict::drop;
                      case 2: bytes = "wrong"; return Gate::Verdict::back;
                      case 3: bytes = "other"; return Gate::Verdict::pass;
                      default: return Gate::Verdict::reset;
                    }
                  };
                }};
  auto socket = connect(filtered);
  EXPECT_EQ(exchange(socket, "hello", 50ms), "");
  EXPECT_EQ(exchange(socket, "hello"), "wrong");
  EXPECT_EQ(exchange(socket, "hello"), "other");
  EXPECT_EQ(exchange(socket, "hello"), "reset");
}

TEST_F(GateTest, LeadsToUnixSockets) {
  auto folder = (std::filesystem::temp_directory_path() / "souk-gate-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  {
    asio::local::stream_protocol::acceptor local{loop, {folder + "/socket"}};
    Gate to_local{loop, unix_socket(folder + "/socket")};
    auto socket = connect(to_local);
    socket.send(asio::buffer("hello", 5));
    const auto accept = [](auto& acceptor) -> Task<std::string> {
      auto accepted = co_await acceptor.async_accept(use_awaitable);
      std::string text(5, '\0');
      co_await asio::async_read(accepted, asio::buffer(text), use_awaitable);
      co_return text;
    };
    EXPECT_EQ(run(loop, accept(local)), "hello");
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace souk::testing
