#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/trace.hpp"
#include "database/scope.hpp"
#include "middleware/identity.hpp"

namespace souk::rpc {

using Deadline = std::chrono::steady_clock::time_point;

/// What a reply carries beside its message; crosses gRPC as trailing metadata.
struct ReplyInfo {
  int http_status = 0;          ///< other than the rule's success status, e.g. 202
  bool replayed = false;        ///< the stored reply of an idempotency key
  std::string revoked_session;  ///< a session whose tokens end with this reply
};

/// One call as it travels: on whose behalf, until when, in which trace. Made by the server adapter (or
/// background() for jobs), passed by reference down the use case, and handed to every call it makes.
struct Call {
  Identity identity;
  Deadline deadline;
  Trace trace;
  std::string request_id;
  std::string idempotency_key;  ///< empty without one
  std::string client_address;   ///< the shopper's, as the gateway saw it
  std::string user_agent;  ///< what the shopper's client calls itself: printable ASCII, 256 at most
  ReplyInfo reply;

  database::Scope scope() const { return {identity.tenant, deadline, trace}; }
  std::chrono::milliseconds time_left() const;
  /// Throws Error{deadline_exceeded} once the deadline has passed.
  void check_deadline() const;

  /// A call of a job's own: no user, a new trace.
  static Call background(std::string service, std::chrono::milliseconds timeout, Random& random,
                         TenantId tenant = kDefaultTenant);
};

}  // namespace souk::rpc
