#include "runtime/rpc_span.hpp"

#include <grpcpp/support/status.h>

namespace souk::rpc {
namespace {

/// What the conventions count as the server's failure. As error.type stands the name: of these only.
std::string_view failure_name(grpc::StatusCode code) {
  switch (code) {
    case grpc::UNKNOWN: return "UNKNOWN";
    case grpc::DEADLINE_EXCEEDED: return "DEADLINE_EXCEEDED";
    case grpc::UNIMPLEMENTED: return "UNIMPLEMENTED";
    case grpc::INTERNAL: return "INTERNAL";
    case grpc::UNAVAILABLE: return "UNAVAILABLE";
    case grpc::DATA_LOSS: return "DATA_LOSS";
    default: return {};
  }
}

}  // namespace

Span rpc_span(Tracer* tracer, const Trace& trace, SpanKind kind, std::string_view service,
              std::string_view path) {
  path.remove_prefix(1);
  Span span{tracer, trace, kind, service, path};
  if (span) {
    const auto slash = path.find('/');
    span.set("rpc.system", "grpc");
    span.set("rpc.service", path.substr(0, slash));
    span.set("rpc.method", path.substr(slash + 1));
  }
  return span;
}

void note_outcome(Span& span, const grpc::Status& status) {
  if (!span) return;
  span.set("rpc.grpc.status_code", std::int64_t{status.error_code()});
  if (const auto failure = failure_name(status.error_code()); !failure.empty()) span.fail(failure);
}

}  // namespace souk::rpc
