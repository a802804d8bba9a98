#include "middleware/tracer.hpp"

#include <cmath>

#include <prometheus/counter.h>

namespace souk {
namespace {

/// Of one trace: a request that makes more spans is shown in part.
constexpr std::size_t kMostOfOneTrace = 512;

prometheus::Counter& dropped(Metrics& metrics, const std::string& reason) {
  return metrics.counter("souk_spans_dropped_total", "Spans that were not exported",
                         {{"reason", reason}});
}

}  // namespace

Tracer::Tracer(const Clock& clock, Random& random, Metrics& metrics, double ratio, Limits limits)
    : clock_(clock),
      threshold_(ratio >= 1 ? 0 : static_cast<std::uint64_t>(std::ldexp(ratio, 64))),
      always_(ratio >= 1),
      limits_(limits),
      next_span_(random.next()),
      full_(dropped(metrics, "queue_full")),
      undelivered_(dropped(metrics, "not_delivered")) {}

Trace Tracer::decide(Trace trace) const {
  trace.sampled |= always_ || trace.id_low < threshold_;
  return trace;
}

Trace Tracer::below(const Trace& trace) {
  // splitmix64: unique and evenly spread, which is all that a span id has to be.
  auto z = next_span_.fetch_add(0x9E3779B97F4A7C15ULL, std::memory_order_relaxed);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return trace.child((z ^ (z >> 31U)) | 1U);
}

void Tracer::begin(const Trace& trace) {
  if (trace.sampled) return;
  const std::scoped_lock lock{mutex_};
  ++undecided_[id_of(trace)].open;
}

void Tracer::end(SpanData span) {
  const std::scoped_lock lock{mutex_};
  if (span.trace.sampled) return queue(std::move(span));
  const auto found = undecided_.find(id_of(span.trace));
  if (found == undecided_.end()) return;
  auto& trace = found->second;
  keep(trace, std::move(span));
  if (--trace.open > 0) return;
  undecided_spans_ -= trace.spans.size();
  if (trace.failed) {
    for (auto& each : trace.spans) queue(std::move(each));
  }
  undecided_.erase(found);
}

void Tracer::record(SpanData span) {
  const std::scoped_lock lock{mutex_};
  if (span.trace.sampled) return queue(std::move(span));
  const auto found = undecided_.find(id_of(span.trace));
  if (found != undecided_.end()) return keep(found->second, std::move(span));
  if (!span.failure.empty()) queue(std::move(span));
}

void Tracer::keep(Undecided& trace, SpanData span) {
  const bool failed = !span.failure.empty();
  trace.failed |= failed;
  const bool full = trace.spans.size() >= kMostOfOneTrace || undecided_spans_ >= limits_.undecided;
  if (full && !failed) return;
  trace.spans.push_back(std::move(span));
  ++undecided_spans_;
}

void Tracer::queue(SpanData span) {
  if (queue_.size() >= limits_.queue) return full_.Increment();
  queue_.push_back(std::move(span));
}

std::vector<SpanData> Tracer::take(std::size_t most) {
  const std::scoped_lock lock{mutex_};
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(most, queue_.size()));
  std::vector<SpanData> taken{std::make_move_iterator(queue_.begin()),
                              std::make_move_iterator(end)};
  queue_.erase(queue_.begin(), end);
  return taken;
}

void Tracer::lost(std::size_t spans) { undelivered_.Increment(static_cast<double>(spans)); }

Span::Span(Tracer* tracer, const Trace& trace, SpanKind kind, std::string_view service,
           std::string_view name) {
  if (tracer == nullptr || !trace.exists()) return;
  tracer_ = tracer;
  data_ = std::make_unique<SpanData>(SpanData{.trace = trace,
                                              .kind = kind,
                                              .service = std::string{service},
                                              .name = std::string{name},
                                              .start = tracer->now(),
                                              .end = {},
                                              .attributes = {},
                                              .failure = {}});
  tracer_->begin(trace);
}

Span::~Span() {
  if (!data_) return;
  data_->end = std::max(data_->start, tracer_->now());
  tracer_->end(std::move(*data_));
}

void Span::rename(std::string name) {
  if (data_) data_->name = std::move(name);
}

void Span::set(std::string_view key, std::string_view value) {
  if (data_) data_->attributes.emplace_back(key, std::string{value});
}

void Span::set(std::string_view key, std::int64_t value) {
  if (data_) data_->attributes.emplace_back(key, value);
}

void Span::fail(std::string_view type) {
  if (data_) data_->failure = type;
}

}  // namespace souk
