#pragma once

#include <string_view>

#include "middleware/tracer.hpp"

namespace grpc {
class Status;
}

namespace souk::rpc {

/// The span of an rpc by OpenTelemetry's conventions; empty, and free, where nothing is traced. `service` is who makes
/// it ("order-service"), `path` the method's ("/souk.order.v1.OrderService/PlaceOrder").
Span rpc_span(Tracer* tracer, const Trace& trace, SpanKind kind, std::string_view service,
              std::string_view path);

/// How it ended. What the callee answers (not found, out of stock) is no failure; that it could not, is.
void note_outcome(Span& span, const grpc::Status& status);

}  // namespace souk::rpc
