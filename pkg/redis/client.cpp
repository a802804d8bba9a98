#include "redis/client.hpp"

#include <iterator>

#include <prometheus/counter.h>

#include "core/error.hpp"

namespace souk::redis {
namespace {

using namespace std::chrono_literals;

/// A server that needs longer for a PING would fail the next caller anyway.
constexpr auto kBeatTimeout = 250ms;

Task<> nothing(detail::Connection&) { co_return; }

Task<> ping(detail::Connection& connection) {
  co_await connection.command(std::chrono::steady_clock::now() + kBeatTimeout, {"PING"});
}

Error refused(const Reply::Failure& failure) {
  return {Kind::unavailable, "redis_refused", "Redis refused: " + failure.text};
}

}  // namespace

Client::Client(boost::asio::any_io_executor loop, Address address, Log& log, Metrics& metrics,
               Random& random)
    : metrics_(metrics),
      keeper_(std::move(loop), std::move(address), "commands", nothing, ping, log, metrics,
              random) {}

void Client::count_failure(const char* reason) {
  metrics_.counter("souk_redis_errors_total", "Redis commands that failed", {{"reason", reason}})
      .Increment();
}

Task<Reply> Client::send(Deadline deadline, std::vector<std::string> words) {
  const auto connection = keeper_.connection();
  if (!connection) {
    count_failure("away");
    throw Error{Kind::unavailable, "redis_lost", "Redis is away."};
  }
  try {
    co_return co_await connection->command(deadline, std::move(words));
  } catch (const Error& error) {
    count_failure(error.kind == Kind::deadline_exceeded ? "late" : "lost");
    throw;
  }
}

Task<Reply> Client::command(Deadline deadline, std::vector<std::string> words) {
  auto reply = co_await send(deadline, std::move(words));
  if (const auto* failure = reply.failure()) {
    count_failure("refused");
    throw refused(*failure);
  }
  co_return reply;
}

Task<std::string> Client::digest(Deadline deadline, const Script& script) {
  if (const auto known = digests_.find(script.name); known != digests_.end())
    co_return known->second;
  const auto reply = co_await command(deadline, {"SCRIPT", "LOAD", std::string{script.text}});
  co_return digests_[script.name] = reply.text();
}

Task<Reply> Client::eval(Deadline deadline, const Script& script, std::vector<std::string> keys,
                         std::vector<std::string> arguments) {
  std::vector<std::string> words{"EVALSHA", co_await digest(deadline, script),
                                 std::to_string(keys.size())};
  std::ranges::move(keys, std::back_inserter(words));
  std::ranges::move(arguments, std::back_inserter(words));
  auto again = words;
  auto reply = co_await send(deadline, std::move(words));
  if (const auto* failure = reply.failure(); failure && failure->text.starts_with("NOSCRIPT")) {
    again[0] = "EVAL";  // it was restarted: this teaches it the script, too
    again[1] = std::string{script.text};
    co_return co_await command(deadline, std::move(again));
  }
  if (const auto* failure = reply.failure()) {
    count_failure("refused");
    throw refused(*failure);
  }
  co_return reply;
}

Task<std::optional<Reply>> Client::try_command(Deadline deadline, std::vector<std::string> words) {
  try {
    co_return co_await command(deadline, std::move(words));
  } catch (const Error&) {
    co_return std::nullopt;
  }
}

Task<std::optional<Reply>> Client::try_eval(Deadline deadline, const Script& script,
                                            std::vector<std::string> keys,
                                            std::vector<std::string> arguments) {
  try {
    co_return co_await eval(deadline, script, std::move(keys), std::move(arguments));
  } catch (const Error&) {
    co_return std::nullopt;
  }
}

}  // namespace souk::redis
