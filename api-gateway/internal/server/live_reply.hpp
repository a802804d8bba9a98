#pragma once

#include <string>

#include "http/message.hpp"
#include "internal/middleware/authenticator.hpp"
#include "internal/middleware/live_streams.hpp"

namespace souk::gateway {

/// The reply to a client that looks on: server-sent events, from what it has missed to what happens now, for as
/// long as its token and session are good. A value for one request; what it refers to outlives the stream.
class LiveReply {
 public:
  LiveReply(LiveStreams& streams, const Authenticator& authenticator, const Clock& clock)
      : streams_(streams), authenticator_(authenticator), clock_(clock) {}

  /// `call`: the caller's, with a session; `after`: the last event that the client knows, or empty. On the
  /// HTTP loop of the connection. Throws what LiveStreams::join and missed() throw.
  Task<http::Response> begin(boost::asio::any_io_executor loop, rpc::Call call, Time good_until,
                             std::string after);

 private:
  LiveStreams& streams_;
  const Authenticator& authenticator_;
  const Clock& clock_;
};

}  // namespace souk::gateway
