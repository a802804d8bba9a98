#include "internal/server/live_reply.hpp"

#include <fmt/format.h>

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

/// How soon a client that has hung up, or whose session has ended, is noticed.
constexpr auto kLookEvery = 1s;
/// Below what proxies allow a silent connection (60 s, commonly; some 30).
constexpr auto kBeatEvery = 15s;
/// How soon a client comes again: EventSource and its kin wait so long.
constexpr auto kRetryAfter = 2s;
constexpr auto kMissedTimeout = 10s;

/// What a stream holds while it runs; the place is given back with it.
struct LiveStream {
  LiveStream(LiveStreams& all, const Authenticator& sessions, const Clock& time, rpc::Call asker,
             Time end, std::shared_ptr<LiveSubscriber> place)
      : streams(all),
        authenticator(sessions),
        clock(time),
        call(std::move(asker)),
        good_until(end),
        subscriber(std::move(place)) {}
  ~LiveStream() { streams.leave(subscriber); }
  LiveStream(const LiveStream&) = delete;
  LiveStream& operator=(const LiveStream&) = delete;

  LiveStreams& streams;
  const Authenticator& authenticator;
  const Clock& clock;
  rpc::Call call;
  Time good_until;
  std::shared_ptr<LiveSubscriber> subscriber;
  notification::v1::LiveEvents missed = {};  ///< the first page of it
  LivePosition sent = {};
};

/// Why it ends; empty: it goes on.
std::string_view reason_to_end(const LiveStream& stream) {
  if (stream.subscriber->over()) return "reconnect";
  if (stream.clock.now() >= stream.good_until) return "token_expired";
  if (!stream.authenticator.still_good(*stream.call.identity.session)) return "session_ended";
  return {};
}

/// An event as the stream carries it; nothing where the client has it already.
std::string as_text(LiveStream& stream, const notification::v1::LiveEvent& event) {
  const auto position = LivePosition::read(event.id());
  if (position <= stream.sent) return {};
  stream.sent = position;
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.id(), event.type(), event.data());
}

/// Everything up to now, page by page. The last word is `ready`, with the place to come back to where nothing
/// has happened yet. False where the client has gone.
Task<bool> send_missed(LiveStream& stream, http::BodyWriter& out) {
  auto page = std::move(stream.missed);
  for (;;) {
    std::string text;
    for (const auto& event : page.items()) text += as_text(stream, event);
    stream.sent = std::max(stream.sent, LivePosition::read(page.position()));
    if (!page.more()) {
      text += fmt::format("id: {}\nevent: ready\ndata: {{}}\n\n", page.position());
      co_return co_await out.write(text);
    }
    if (!co_await out.write(text)) co_return false;
    stream.call.deadline = Steady::now() + kMissedTimeout;
    page = co_await stream.streams.missed(stream.call, page.position());
  }
}

/// What happens from now on.
Task<> send_live(LiveStream& stream, http::BodyWriter& out) {
  auto beat = Steady::now() + kBeatEvery;
  while (!out.gone()) {
    if (const auto reason = reason_to_end(stream); !reason.empty()) {
      co_await out.write(fmt::format("event: end\ndata: {{\"reason\":\"{}\"}}\n\n", reason));
      co_return;
    }
    std::string text;
    for (const auto& event : stream.subscriber->take()) text += as_text(stream, event);
    if (text.empty() && Steady::now() >= beat) text = ":\n\n";
    if (!text.empty()) {
      beat = Steady::now() + kBeatEvery;
      if (!co_await out.write(text)) co_return;
    }
    co_await stream.subscriber->wait(Steady::now() + kLookEvery);
  }
}

Task<> run_stream(std::shared_ptr<LiveStream> stream, http::BodyWriter& out) {
  try {
    const auto retry = fmt::format("retry: {}\n\n", std::chrono::milliseconds{kRetryAfter}.count());
    if (co_await out.write(retry) && co_await send_missed(*stream, out)) {
      co_await send_live(*stream, out);
    }
  } catch (const Error&) {
    // What was missed cannot be asked now. The client knows how far it is, and comes again.
  }
}

}  // namespace

Task<http::Response> LiveReply::begin(boost::asio::any_io_executor loop, rpc::Call call,
                                      Time good_until, std::string after) {
  const auto user = call.identity.require_user();
  // Joined before anything is asked: what the answer does not tell comes to the subscriber.
  auto stream = std::make_shared<LiveStream>(streams_, authenticator_, clock_, std::move(call),
                                             good_until, streams_.join(std::move(loop), user));
  stream->sent = LivePosition::read(after);
  stream->missed = co_await streams_.missed(stream->call, after);
  // A place that was never given out, or is of a database that is no more: from now on.
  if (LivePosition::read(stream->missed.position()) < stream->sent) stream->sent = {};
  http::Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Accel-Buffering", "no");  // nginx would keep it back
  response.stream = [stream](http::BodyWriter& out) { return run_stream(stream, out); };
  co_return response;
}

}  // namespace souk::gateway
