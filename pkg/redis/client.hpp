#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/detail/keeper.hpp"

namespace souk::redis {

using Deadline = std::chrono::steady_clock::time_point;

/// A Lua script, which Redis runs as a whole or not at all. A constant; `name` is unique.
struct Script {
  std::string_view name;
  std::string_view text;
};

/// Commands to one Redis over one connection, which it keeps open by itself. Commands that are sent
/// meanwhile share a round trip.
///
/// While Redis is away (or so slow that three deadlines in a row passed) every command fails at once:
/// nothing is queued for later. So the caller needs a way to go on without: ask ready(), or try_…().
///
/// One per event loop, used on that loop alone. start(); stop() when no command is under way; it outlives
/// every command.
class Client {
 public:
  Client(boost::asio::any_io_executor loop, Address address, Log& log, Metrics& metrics,
         Random& random);

  void start() { keeper_.start(); }
  Task<> stop() { return keeper_.stop(); }

  bool ready() const { return keeper_.connection() != nullptr; }
  /// Another number, another connection: perhaps to a server that has forgotten what the last one knew.
  std::uint64_t connection() const { return keeper_.number(); }

  /// {"SET", key, value, "PX", "5000"}. Throws Error{unavailable}: "redis_lost" when Redis is away or goes
  /// away, "redis_refused" for an error reply; Error{deadline_exceeded, "redis_late"}. After a failure
  /// nobody knows whether Redis did it, unless it was refused.
  Task<Reply> command(Deadline deadline, std::vector<std::string> words);

  /// The script by its digest; its text travels only to a server that does not know it.
  Task<Reply> eval(Deadline deadline, const Script& script, std::vector<std::string> keys,
                   std::vector<std::string> arguments);

  /// The same for a caller that goes on without: nothing where it failed.
  Task<std::optional<Reply>> try_command(Deadline deadline, std::vector<std::string> words);
  Task<std::optional<Reply>> try_eval(Deadline deadline, const Script& script,
                                      std::vector<std::string> keys,
                                      std::vector<std::string> arguments);

 private:
  Task<Reply> send(Deadline deadline, std::vector<std::string> words);
  Task<std::string> digest(Deadline deadline, const Script& script);
  void count_failure(const char* reason);

  Metrics& metrics_;
  std::map<std::string_view, std::string> digests_;  // by a script's name
  detail::Keeper keeper_;
};

}  // namespace souk::redis
