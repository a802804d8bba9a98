#include "runtime/channel.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include "runtime/rpc_span.hpp"
#include "runtime/status.hpp"
#include "runtime/wire_metadata.hpp"

namespace souk::rpc {
namespace {

using google::protobuf::Message;
using Stub = grpc::TemplatedGenericStub<Message, Message>;

/// Who had less time than this and got no answer may blame himself.
constexpr std::chrono::milliseconds kFairTime{1000};

/// Awaits the call that `start(callback)` makes; the coroutine resumes on its own executor, whichever
/// gRPC thread finishes it. Cancelling the coroutine cancels the call, which then ends like any other.
template <class Start>
Task<grpc::Status> finish(grpc::ClientContext& context, Start start) {
  const auto initiate = [&](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    if (auto slot = boost::asio::get_associated_cancellation_slot(*shared); slot.is_connected())
      slot.assign([&context](boost::asio::cancellation_type) { context.TryCancel(); });
    start([shared](grpc::Status status) {
      auto executor = boost::asio::get_associated_executor(*shared);
      boost::asio::post(executor, [shared, status = std::move(status)]() mutable {
        if (auto slot = boost::asio::get_associated_cancellation_slot(*shared); slot.is_connected())
          slot.clear();
        std::move (*shared)(std::move(status));
      });
    });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                                 void(grpc::Status)>(initiate,
                                                                     boost::asio::use_awaitable);
}

std::string trailer(const grpc::ClientContext& context, const char* key) {
  const auto& metadata = context.GetServerTrailingMetadata();
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string{}
                                 : std::string{found->second.data(), found->second.size()};
}

ReplyInfo reply_info(const grpc::ClientContext& context) {
  ReplyInfo info;
  if (const auto status = trailer(context, kHttpStatusMetadata); !status.empty())
    info.http_status = std::stoi(status);
  info.replayed = !trailer(context, kReplayedMetadata).empty();
  info.revoked_session = trailer(context, kRevokedSessionMetadata);
  return info;
}

}  // namespace

Channel::Channel(Wire wire, std::string service)
    : wire_(wire), service_(std::move(service)), breaker_(wire.metrics, service_) {}

void Channel::connect(std::shared_ptr<grpc::Channel> channel) {
  breaker_.reset();
  const std::unique_lock lock{mutex_};
  channel_ = std::move(channel);
}

Task<ReplyInfo> Channel::unary(Call call, std::string caller, std::string path,
                               const Message& request, Message& reply) {
  call.check_deadline();
  if (!breaker_.allow(std::chrono::steady_clock::now()))
    throw unavailable("A service does not answer at the moment.");
  const auto allowed = call.time_left();
  // A span of its own only where somebody will see it.
  const auto trace = wire_.tracer != nullptr ? wire_.tracer->below(call.trace) : call.trace;
  auto span = rpc_span(wire_.tracer, trace, SpanKind::client, caller, path);
  call.identity.service = std::move(caller);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + allowed);
  context.AddMetadata(kIdentityMetadata, wire_.seal.seal(call.identity, wire_.clock.now()));
  context.AddMetadata(kTraceparentMetadata, trace.traceparent());
  if (!call.request_id.empty()) context.AddMetadata(kRequestIdMetadata, call.request_id);
  if (!call.idempotency_key.empty())
    context.AddMetadata(kIdempotencyKeyMetadata, call.idempotency_key);
  if (!call.client_address.empty())
    context.AddMetadata(kClientAddressMetadata, call.client_address);
  if (!call.user_agent.empty()) context.AddMetadata(kUserAgentMetadata, call.user_agent);

  const auto status = co_await finish(context, [&](std::function<void(grpc::Status)> done) {
    const std::shared_lock lock{mutex_};
    if (!channel_) return done({grpc::UNAVAILABLE, "the service has stopped"});
    Stub{channel_}.UnaryCall(&context, path, grpc::StubOptions{}, &request, &reply,
                             std::move(done));
  });
  judge(status, allowed);
  note_outcome(span, status);
  auto info = reply_info(context);
  if (status.ok()) co_return info;
  auto error = from_status(status);
  if (!info.revoked_session.empty()) error.extra[kRevokedSessionMetadata] = info.revoked_session;
  if (info.replayed) error.extra[kReplayedMetadata] = "true";
  throw error;
}

void Channel::judge(const grpc::Status& status, std::chrono::milliseconds allowed) {
  const auto now = std::chrono::steady_clock::now();
  // Our services send details with each error; what has none was made by gRPC on the way.
  const bool answered = status.ok() || !status.error_details().empty();
  if (answered) return breaker_.answered(now);
  const bool late = status.error_code() == grpc::DEADLINE_EXCEEDED && allowed >= kFairTime;
  if (late || status.error_code() == grpc::UNAVAILABLE) breaker_.failed(now);
}

std::string checked_path(std::string_view service, std::string_view method,
                         const google::protobuf::Descriptor& request,
                         const google::protobuf::Descriptor& reply) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  const auto* found = pool->FindMethodByName(fmt::format("{}.{}", service, method));
  if (found == nullptr)
    throw std::logic_error{fmt::format("there is no rpc {}.{}", service, method)};
  if (found->input_type() != &request || found->output_type() != &reply) {
    throw std::logic_error{fmt::format("rpc {}.{} takes {} and gives {}", service, method,
                                       found->input_type()->full_name(),
                                       found->output_type()->full_name())};
  }
  return fmt::format("/{}/{}", service, method);
}

}  // namespace souk::rpc
