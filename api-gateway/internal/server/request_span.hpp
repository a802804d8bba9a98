#pragma once

#include "internal/server/exchange.hpp"
#include "middleware/log.hpp"
#include "middleware/tracer.hpp"

namespace souk::gateway {

/// The trace that the client names in `traceparent`, or a new one. `tracer` is null where nothing is exported.
Trace request_trace(const http::Request& request, const Tracer* tracer, Random& random);

/// The span of an HTTP request by OpenTelemetry's conventions; empty, and free, where nothing is exported. `service`
/// is the gateway's name. Who asks is nowhere in it.
Span request_span(Tracer* tracer, const Exchange& exchange, std::string_view service,
                  std::string_view scheme);

/// How it ended: in the span, and in the log where that says everything.
void note_reply(Span& span, Log& log, const Exchange& exchange, int status,
                std::chrono::steady_clock::duration took);

}  // namespace souk::gateway
