#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>

#include <google/protobuf/message.h>

#include "core/error.hpp"
#include "middleware/metrics.hpp"
#include "middleware/tracer.hpp"
#include "runtime/call.hpp"
#include "runtime/circuit_breaker.hpp"
#include "runtime/task.hpp"

namespace grpc {
class Channel;
class Status;
}  // namespace grpc

namespace souk::rpc {

class Admission;

/// What a process signs its calls with and measures them by. Outlives every channel and service.
struct Wire {
  const Clock& clock;
  Random& random;
  const IdentitySeal& seal;
  Metrics& metrics;
  Admission* admission = nullptr;  ///< of the module; null: its services take whatever comes
  Tracer* tracer = nullptr;        ///< null: no spans are exported
  std::string_view service = {};   ///< the module's name, for its spans
};

/// The way to one service: in the same process or over TCP with client-side load balancing; callers
/// cannot tell. Owned by the Host; usable from any event loop, and a call resumes on the loop it came from.
class Channel {
 public:
  /// `service` is its name ("order-service"); `caller` names this side in the calls' identity.
  Channel(Wire wire, std::string service);

  /// Where it leads; by the Host, before the first call.
  void connect(std::shared_ptr<grpc::Channel> channel);
  /// Before the server behind an in-process channel shuts down: gRPC 1.51 crashes when a call is made on
  /// such a channel afterwards. Later calls throw Error{unavailable}.
  void disconnect() { connect(nullptr); }

  /// Calls `path` ("/souk.order.v1.OrderService/GetOrder"); fills `reply`. Passes on the deadline, the
  /// trace and the identity (as `caller`, with the call's user). Throws what the callee threw;
  /// Error{unavailable} where it cannot be reached or has not answered lately (CircuitBreaker),
  /// Error{deadline_exceeded} where time ran out.
  Task<ReplyInfo> unary(Call call, std::string caller, std::string path,
                        const google::protobuf::Message& request, google::protobuf::Message& reply);

  const std::string& service() const { return service_; }

 private:
  /// Tells the breaker what a call says of the callee; `allowed`: the time that the call was given.
  void judge(const grpc::Status& status, std::chrono::milliseconds allowed);

  Wire wire_;
  std::string service_;
  CircuitBreaker breaker_;
  std::shared_mutex mutex_;  // shared while a call is being made, exclusive while channel_ changes
  std::shared_ptr<grpc::Channel> channel_;
};

/// The path of a method, after checking against its descriptor that the types are right; throws
/// std::logic_error where they are not, which stops the start.
std::string checked_path(std::string_view service, std::string_view method,
                         const google::protobuf::Descriptor& request,
                         const google::protobuf::Descriptor& reply);

/// One method of another service, as a client class holds it:
///   rpc::Method<v1::ReserveRequest, v1::ReserveReply> reserve_{channel, "order-service",
///                                                    "souk.inventory.v1.InventoryService", "Reserve"};
///   auto reply = co_await reserve_(call, request);
template <class Request, class Reply>
class Method {
 public:
  Method(Channel& channel, std::string caller, std::string_view service, std::string_view method)
      : channel_(channel),
        caller_(std::move(caller)),
        path_(checked_path(service, method, *Request::descriptor(), *Reply::descriptor())) {}

  Task<Reply> operator()(const Call& call, Request request) const {
    Reply reply;
    co_await channel_.unary(call, caller_, path_, request, reply);
    co_return reply;
  }

 private:
  Channel& channel_;
  std::string caller_;
  std::string path_;
};

}  // namespace souk::rpc
