#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "internal/routing/route.hpp"
#include "runtime/task.hpp"

namespace souk::gateway {

/// A public reply that the gateway keeps: its body and what identifies it.
struct CachedReply {
  std::shared_ptr<const std::string> body;
  std::string content_type = "application/json";
  bool immutable = false;  ///< clients need not ask for it again
  std::string etag;
  const Route* route = nullptr;
  std::vector<std::string> path_values;
  std::chrono::steady_clock::time_point expires;  ///< in the past: to be handed out, not kept
};

/// Events drop a page within milliseconds; this bounds how old it gets where one was missed.
inline constexpr std::chrono::seconds kKeepCached{5};

/// A file that never changes may still be taken away: after this nobody is given it.
inline constexpr std::chrono::minutes kKeepFile{10};

/// Per HTTP loop. A page of 20 products has about 10 kB, a picture 10 to 200.
inline constexpr std::size_t kCachedBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kFileBytes = 32 * 1024 * 1024;

/// A reply as it is kept: with its ETag, for kKeepCached.
CachedReply make_cached(std::string body, const Match& match);
/// The same for a File of a route with the rule `immutable`: for kKeepFile.
CachedReply make_unchanging(http::Response file, const Match& match);

/// Keeps replies to GETs of public catalogue data, by path and query. One per HTTP loop and used on
/// that loop only, so it needs no lock; events are posted to every loop.
///
/// One fetch for many: while a reply is being fetched, others who want it wait for it. A reply whose
/// fetch was overtaken by an event is handed out to those who came before the event, and not kept.
class ResponseCache {
 public:
  using Reply = std::shared_ptr<const CachedReply>;
  using Fetch = std::function<Task<CachedReply>()>;

  explicit ResponseCache(boost::asio::any_io_executor loop, std::size_t max_bytes = kCachedBytes)
      : loop_(std::move(loop)), max_bytes_(max_bytes) {}

  /// A fresh reply that is kept, or null.
  Reply find(const std::string& key);

  /// The kept reply, or what `fetch` gives; its exception goes to everybody who waited.
  Task<Reply> get(std::string key, Fetch fetch);

  /// Drops what an event made stale: the replies of routes dropped by `topic` which are lists, or whose
  /// path value is one of `values` (the event's ids and slugs).
  void drop(std::string_view topic, const std::vector<std::string>& values);

  /// Drops everything: events may have been missed.
  void clear();

 private:
  struct Flight {
    Flight(const boost::asio::any_io_executor& loop, std::uint64_t begun)
        : landed(loop, boost::asio::steady_timer::time_point::max()), generation(begun) {}
    boost::asio::steady_timer landed;  // never expires; cancelled to wake those who wait
    const std::uint64_t generation;    // when it began
    Reply reply;
    std::exception_ptr failure;
  };

  void keep(const std::string& key, Reply reply);
  void land(const std::string& key, const std::shared_ptr<Flight>& flight);

  boost::asio::any_io_executor loop_;
  const std::size_t max_bytes_;
  std::unordered_map<std::string, Reply> replies_;
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights_;
  std::size_t bytes_ = 0;
  std::uint64_t generation_ = 0;  // counts drops
};

}  // namespace souk::gateway
