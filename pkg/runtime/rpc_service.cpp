#include "runtime/rpc_service.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>
#include <grpcpp/support/byte_buffer.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include "middleware/validation.hpp"
#include "runtime/rpc_span.hpp"
#include "runtime/status.hpp"
#include "runtime/wire_metadata.hpp"

namespace souk::rpc {
namespace {

std::string metadata(const grpc::CallbackServerContext& context, const char* key) {
  const auto& all = context.client_metadata();
  const auto found = all.find(key);
  return found == all.end() ? std::string{}
                            : std::string{found->second.data(), found->second.size()};
}

/// gRPC speaks system time; the rest of us measure on the steady clock.
Deadline steady(std::chrono::system_clock::time_point deadline) {
  // A call without a deadline still ends: nothing here takes a minute.
  constexpr std::chrono::minutes kLongest{1};
  const auto left = std::min<std::chrono::system_clock::duration>(
      deadline - std::chrono::system_clock::now(), kLongest);
  return std::chrono::steady_clock::now() +
         std::chrono::duration_cast<std::chrono::steady_clock::duration>(left);
}

Call read_call(const grpc::CallbackServerContext& context, const Wire& wire) {
  const auto identity = wire.seal.open(metadata(context, kIdentityMetadata), wire.clock.now());
  if (!identity)
    throw Error{Kind::unauthenticated, "unauthenticated", "The call carries no verified identity."};
  Call call;
  call.identity = *identity;
  call.deadline = steady(context.deadline());
  call.trace = Trace::join(metadata(context, kTraceparentMetadata), wire.random);
  call.request_id = metadata(context, kRequestIdMetadata);
  call.idempotency_key = metadata(context, kIdempotencyKeyMetadata);
  call.client_address = metadata(context, kClientAddressMetadata);
  call.user_agent = metadata(context, kUserAgentMetadata);
  return call;
}

void write_reply_info(grpc::CallbackServerContext& context, const ReplyInfo& info) {
  if (info.http_status != 0)
    context.AddTrailingMetadata(kHttpStatusMetadata, std::to_string(info.http_status));
  if (info.replayed) context.AddTrailingMetadata(kReplayedMetadata, "true");
  if (!info.revoked_session.empty())
    context.AddTrailingMetadata(kRevokedSessionMetadata, info.revoked_session);
}

}  // namespace

void check_access(const common::v1::Rule& rule, const Identity& identity) {
  const auto forbid = [](bool allowed) {
    if (!allowed) throw Error{Kind::forbidden, "forbidden", "This is not yours to do."};
  };
  switch (rule.access()) {
    case common::v1::ACCESS_PUBLIC: return;
    case common::v1::ACCESS_USER: identity.require_user(); return;
    case common::v1::ACCESS_REGISTERED:
      identity.require_user();
      return forbid(!identity.is_guest());
    case common::v1::ACCESS_STAFF: identity.require_user(); return forbid(identity.is_staff());
    case common::v1::ACCESS_ADMIN: identity.require_user(); return forbid(identity.is_admin());
    // The gateway calls internal methods too (keys, revocations), but has no route to them.
    case common::v1::ACCESS_INTERNAL: return forbid(!identity.service.empty());
    default: return forbid(false);
  }
}

Service::Service(std::string_view name, boost::asio::any_io_executor loop, Wire wire, Log& log)
    : name_(name), loop_(std::move(loop)), wire_(wire), log_(log) {
  const auto* service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name_);
  if (service == nullptr) throw std::logic_error{fmt::format("there is no proto service {}", name)};
  if (wire_.admission != nullptr) loop_delay_ = &wire_.admission->queue();
  for (int i = 0; i < service->method_count(); ++i) {
    const auto* method = service->method(i);
    auto& info = methods_.emplace_back();
    info.path = fmt::format("/{}/{}", name, method->name());
    info.rule = method->options().GetExtension(common::v1::rule);
    if (info.rule.access() == common::v1::ACCESS_UNSPECIFIED) {
      throw std::logic_error{fmt::format("{} does not say who may call it", info.path)};
    }
    info.seconds =
        &wire_.metrics.seconds("souk_rpc_seconds", "Time to serve an rpc", {{"rpc", info.path}});
    info.repeats = &wire_.metrics.counter("souk_rpc_repeats_total",
                                          "Rpcs that came again after a transport failure",
                                          {{"rpc", info.path}});
    AddMethod(new grpc::internal::RpcServiceMethod(info.path.c_str(),
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
  }
}

std::size_t Service::claim(std::string_view method, const google::protobuf::Descriptor& request,
                           const google::protobuf::Descriptor& reply) {
  const auto path = checked_path(name_, method, request, reply);
  const auto found = std::ranges::find(methods_, path, &MethodInfo::path);
  if (found->bound) throw std::logic_error{path + " is bound twice"};
  found->bound = true;
  return static_cast<std::size_t>(found - methods_.begin());
}

int Service::max_request_bytes() const {
  constexpr std::uint32_t kUsual = 4 * 1024 * 1024;  // gRPC's own limit
  constexpr std::uint32_t kBesideTheBody = 64 * 1024;
  std::uint32_t most = kUsual;
  for (const auto& method : methods_) {
    const auto body = method.rule.raw_body().max_bytes();
    if (body > 0) most = std::max(most, body + kBesideTheBody);
  }
  return static_cast<int>(most);
}

void Service::refuse_unbound() {
  using Bytes = grpc::ByteBuffer;
  for (std::size_t i = 0; i < methods_.size(); ++i) {
    if (std::exchange(methods_[i].bound, true)) continue;
    MarkMethodCallback(static_cast<int>(i),
                       new grpc::internal::CallbackUnaryHandler<Bytes, Bytes>(
                           [](grpc::CallbackServerContext* context, const Bytes*, Bytes*) {
                             auto* reactor = context->DefaultReactor();
                             reactor->Finish({grpc::StatusCode::UNIMPLEMENTED, "not served here"});
                             return reactor;
                           }));
  }
}

void Service::check_complete() const {
  for (const auto& method : methods_) {
    if (!method.bound) throw std::logic_error{method.path + " has no handler"};
  }
}

grpc::ServerUnaryReactor* Service::serve(std::size_t index, grpc::CallbackServerContext* context,
                                         const google::protobuf::Message& request, Body body) {
  auto* reactor = context->DefaultReactor();
  const auto now = std::chrono::steady_clock::now();
  auto ticket =
      wire_.admission ? wire_.admission->enter(methods_[index].rule.priority(), now) : Ticket{};
  if (wire_.admission && !ticket) {
    context->AddTrailingMetadata(kPushbackMetadata, "-1");
    reactor->Finish(to_status(overloaded()));
    return reactor;
  }
  boost::asio::co_spawn(
      loop_,
      run(methods_[index], std::move(ticket), now, context, reactor, request, std::move(body)),
      boost::asio::detached);
  return reactor;
}

Task<> Service::run(const MethodInfo& method, Ticket ticket, Instant came,
                    grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor,
                    const google::protobuf::Message& request, Body body) {
  const auto start = std::chrono::steady_clock::now();
  if (loop_delay_ != nullptr) loop_delay_->waited(start - came, start);
  Call call;
  Span span;
  std::exception_ptr failure;
  if (!metadata(*context, kAttemptsMetadata).empty()) method.repeats->Increment();
  try {
    call = read_call(*context, wire_);
    span = rpc_span(wire_.tracer, call.trace, SpanKind::server, wire_.service, method.path);
    check_access(method.rule, call.identity);
    call.check_deadline();
    validate(request);
    co_await body(call);
  } catch (...) {
    failure = std::current_exception();
  }
  const auto status = failure ? report(method, call, failure) : grpc::Status::OK;
  note_outcome(span, status);
  write_reply_info(*context, call.reply);
  // What a handler has answered stays answered: only what never reached one is tried again.
  if (failure) context->AddTrailingMetadata(kPushbackMetadata, "-1");
  method.seconds->Observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  span = {};
  ticket.reset();
  // After this the request and the context are gone.
  reactor->Finish(status);
}

grpc::Status Service::report(const MethodInfo& method, const Call& call,
                             const std::exception_ptr& failure) {
  std::string code = "internal_error";
  grpc::Status status;
  std::string reason;
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    code = error.code;
    status = to_status(error);
    if (error.kind == Kind::internal)
      reason = error.what();  // for the log: more than the client sees
  } catch (const std::exception& error) {
    status = to_status({Kind::internal, code, error.what()});
    reason = error.what();
  }
  if (!reason.empty()) {
    log_.error(call.trace, "rpc failed", {{"rpc", method.path}, {"reason", reason}});
  }
  wire_.metrics
      .counter("souk_rpc_errors_total", "Rpcs that ended with an error",
               {{"rpc", method.path}, {"code", code}})
      .Increment();
  return status;
}

}  // namespace souk::rpc
