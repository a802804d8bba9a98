#pragma once

#include <span>
#include <string>

#include "middleware/tracer.hpp"

namespace souk::runtime {

/// What all spans of this process share.
struct TraceResource {
  std::string version;
  std::string instance;  ///< unique among all processes, now and later
};

/// An ExportTraceServiceRequest of OTLP 1.x in its JSON encoding. Each service has a resource of its own, whether it
/// runs in a process of its own or not. Pure.
std::string otlp_json(const TraceResource& resource, std::span<const SpanData> spans);

}  // namespace souk::runtime
