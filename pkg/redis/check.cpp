#include "redis/check.hpp"

#include "core/error.hpp"
#include "redis/detail/connection.hpp"
#include "runtime/blocking.hpp"
#include "runtime/event_loop.hpp"

namespace souk::redis {
namespace {

using namespace std::chrono_literals;

Task<> run_a_script(boost::asio::any_io_executor loop, Address address) {
  const auto deadline = std::chrono::steady_clock::now() + 3s;  // somebody is watching
  const auto connection = std::make_shared<detail::Connection>(std::move(loop));
  co_await connection->open(std::move(address), deadline);
  const auto reply = co_await connection->command(deadline, {"EVAL", "return 1", "0"});
  connection->close();
  if (const auto* failure = reply.failure())
    throw Error{Kind::unavailable, "redis_refused", "Redis refused a script: " + failure->text};
}

}  // namespace

void check(const Address& address) {
  runtime::EventLoop loop;
  runtime::run_on(loop.executor(), [&] { return run_a_script(loop.executor(), address); });
}

}  // namespace souk::redis
