#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "core/clock.hpp"
#include "core/trace.hpp"
#include "middleware/metrics.hpp"

namespace souk {

/// What a span is to those above and below it; the numbers are OTLP's.
enum class SpanKind { server = 2, client = 3, producer = 4, consumer = 5 };

/// A span that has ended. Names and attributes follow OpenTelemetry's semantic conventions.
struct SpanData {
  using Value = std::variant<std::string, std::int64_t>;

  Trace trace;  ///< its own place
  SpanKind kind = SpanKind::server;
  std::string service;
  std::string name;
  Time start;
  Time end;
  std::vector<std::pair<std::string_view, Value>> attributes;  ///< keys live as long as the process
  std::string failure;  ///< what kind of failure it ended with; empty for none
};

/// Decides which spans are exported and keeps them until the exporter takes them. The given share of
/// traces is sampled, by their ids; and whatever its caller records. Spans of a trace that
/// is not sampled are kept until the last one that is open in this process has ended: if any of them has
/// failed, all are exported, else they are forgotten.
///
/// One per process that exports, owned by it; any thread. Whoever makes spans has a pointer to it, null where
/// nothing is exported: so that costs nothing.
class Tracer {
 public:
  struct Limits {
    std::size_t queue = 16'384;  ///< ended, not yet exported; past it they are dropped and counted
    std::size_t undecided = 32'768;  ///< of traces that are not sampled; past it they are forgotten
  };

  /// `ratio`: the share of traces that is sampled, 0 to 1.
  Tracer(const Clock& clock, Random& random, Metrics& metrics, double ratio, Limits limits);
  Tracer(const Clock& clock, Random& random, Metrics& metrics, double ratio)
      : Tracer(clock, random, metrics, ratio, Limits{}) {}

  /// Whether a trace is sampled, where it enters. The same for all requests of one trace.
  Trace decide(Trace trace) const;
  /// A new span below `trace`. Cheaper than Trace::child: no kernel call.
  Trace below(const Trace& trace);
  Time now() const { return clock_.now(); }

  /// A span has begun, and will be recorded by end().
  void begin(const Trace& trace);
  void end(SpanData span);
  /// A span of the past, which nothing waits for. Dropped where its trace is not sampled and nothing of it is open,
  /// unless it failed.
  void record(SpanData span);

  /// Takes out the oldest that are to be exported.
  std::vector<SpanData> take(std::size_t most);
  /// Spans that were taken and cannot be delivered.
  void lost(std::size_t spans);

 private:
  using TraceId = std::pair<std::uint64_t, std::uint64_t>;
  struct Hash {
    std::size_t operator()(const TraceId& id) const { return id.second; }  // random as it is
  };
  struct Undecided {
    int open = 0;
    bool failed = false;
    std::vector<SpanData> spans;
  };

  static TraceId id_of(const Trace& trace) { return {trace.id_high, trace.id_low}; }
  void keep(Undecided& trace, SpanData span);
  void queue(SpanData span);

  const Clock& clock_;
  const std::uint64_t threshold_;  ///< a trace is sampled whose id's low half is below it
  const bool always_;
  const Limits limits_;
  std::atomic<std::uint64_t> next_span_;
  prometheus::Counter& full_;
  prometheus::Counter& undelivered_;
  std::mutex mutex_;
  std::deque<SpanData> queue_;
  std::unordered_map<TraceId, Undecided, Hash> undecided_;
  std::size_t undecided_spans_ = 0;
};

/// A span that is under way and ends with the object. An empty one does nothing.
class Span {
 public:
  Span() = default;
  /// `trace` is its own place. Empty where `tracer` is null or there is no trace.
  Span(Tracer* tracer, const Trace& trace, SpanKind kind, std::string_view service,
       std::string_view name);
  Span(Span&& other) noexcept = default;
  Span& operator=(Span&& other) noexcept {
    std::swap(tracer_, other.tracer_);
    std::swap(data_, other.data_);
    return *this;
  }
  ~Span();

  explicit operator bool() const { return data_ != nullptr; }
  void rename(std::string name);
  /// `key` is a literal.
  void set(std::string_view key, std::string_view value);
  void set(std::string_view key, std::int64_t value);
  /// It and its trace have failed; `type` is of few kinds (an error code, a status).
  void fail(std::string_view type);

 private:
  Tracer* tracer_ = nullptr;
  std::unique_ptr<SpanData> data_;
};

}  // namespace souk
