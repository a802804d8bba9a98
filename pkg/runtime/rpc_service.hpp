#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>

#include "common/options.pb.h"
#include "middleware/log.hpp"
#include "runtime/admission.hpp"
#include "runtime/channel.hpp"

namespace souk::rpc {

/// Serves one service of the protos: bind each of its methods to a coroutine
///   Task<Reply> f(Call&, const Request&)
/// For every call, before the coroutine runs on the module's loop: the sealed identity is opened (no
/// valid one: UNAUTHENTICATED), the rule's access is checked, the deadline too, the request is validated
/// against its field rules. What the coroutine throws becomes the status. Counts and times each call.
/// Before all of that, on gRPC's thread, what the module has no room for is turned away (Admission).
///
/// Owned by the module; outlives the grpc::Server that it is registered with.
class Service : public grpc::Service {
 public:
  /// `name` is the proto's full name. Throws std::logic_error if there is none of that name.
  Service(std::string_view name, boost::asio::any_io_executor loop, Wire wire, Log& log);

  /// Throws std::logic_error for a method that does not exist, has other types, or is bound already.
  template <class Handler, class Reply, class Request>
  void bind(std::string_view method, Handler* handler,
            Task<Reply> (Handler::*function)(Call&, const Request&)) {
    const auto index = claim(method, *Request::descriptor(), *Reply::descriptor());
    MarkMethodCallback(static_cast<int>(index),
                       new grpc::internal::CallbackUnaryHandler<Request, Reply>(
                           [this, index, handler, function](grpc::CallbackServerContext* context,
                                                            const Request* request, Reply* reply) {
                             return serve(index, context, *request,
                                          [handler, function, request, reply](Call& call) {
                                            return fill(handler, function, call, request, reply);
                                          });
                           }));
  }

  /// For a stand-in that serves a part of the proto: what has not been bound is answered UNIMPLEMENTED.
  void refuse_unbound();

  /// Throws std::logic_error that names a method without a coroutine. The Host calls it before serving.
  void check_complete() const;

  const std::string& name() const { return name_; }

  /// The largest request that one of its methods takes: for a raw body there is room beside gRPC's 4 MB.
  int max_request_bytes() const;

 private:
  using Body = std::function<Task<>(Call&)>;
  using Instant = std::chrono::steady_clock::time_point;
  /// Empty where the module has no admission.
  using Ticket = std::optional<Admission::Ticket>;

  struct MethodInfo {
    std::string path;
    common::v1::Rule rule;
    bool bound = false;
    prometheus::Histogram* seconds = nullptr;
    prometheus::Counter* repeats = nullptr;
  };

  template <class Handler, class Reply, class Request>
  static Task<> fill(Handler* handler, Task<Reply> (Handler::*function)(Call&, const Request&),
                     Call& call, const Request* request, Reply* reply) {
    *reply = co_await (handler->*function)(call, *request);
  }

  std::size_t claim(std::string_view method, const google::protobuf::Descriptor& request,
                    const google::protobuf::Descriptor& reply);
  grpc::ServerUnaryReactor* serve(std::size_t index, grpc::CallbackServerContext* context,
                                  const google::protobuf::Message& request, Body body);
  Task<> run(const MethodInfo& method, Ticket ticket, Instant came,
             grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor,
             const google::protobuf::Message& request, Body body);
  grpc::Status report(const MethodInfo& method, const Call& call,
                      const std::exception_ptr& failure);

  std::string name_;
  boost::asio::any_io_executor loop_;
  Wire wire_;
  Log& log_;
  std::deque<MethodInfo> methods_;    // gRPC keeps pointers to the paths
  QueueDelay* loop_delay_ = nullptr;  ///< null where the module has no admission
};

/// Throws Error{unauthenticated or forbidden} unless the rule lets this identity call.
void check_access(const common::v1::Rule& rule, const Identity& identity);

}  // namespace souk::rpc
