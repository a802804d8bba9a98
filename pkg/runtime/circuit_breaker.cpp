#include "runtime/circuit_breaker.hpp"

#include <utility>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

namespace souk::rpc {
namespace {

constexpr std::chrono::seconds kBucket{1};

}  // namespace

CircuitBreaker::CircuitBreaker(Metrics& metrics, const std::string& callee)
    : state_shown_(metrics.gauge("souk_breaker_state",
                                 "Calls to this service: 0 flow, 1 wait for a probe, 2 are stopped",
                                 {{"callee", callee}})),
      opened_(metrics.counter("souk_breaker_opened_total", "Times that calls were stopped",
                              {{"callee", callee}})),
      refused_(metrics.counter("souk_breaker_refused_total", "Calls that were not made",
                               {{"callee", callee}})) {}

bool CircuitBreaker::allow(Instant now) {
  const std::scoped_lock lock{mutex_};
  if (state_ == State::closed) return true;
  if (now < next_probe_) {
    refused_.Increment();
    return false;
  }
  next_probe_ = now + kOpenFor;  // the next one, should this one never come back
  become(State::half_open);
  return true;
}

void CircuitBreaker::answered(Instant now) {
  const std::scoped_lock lock{mutex_};
  roll(now);
  ++this_second_.answered;
  if (state_ == State::closed) return;
  this_second_ = last_second_ = {};
  become(State::closed);
}

void CircuitBreaker::failed(Instant now) {
  const std::scoped_lock lock{mutex_};
  roll(now);
  ++this_second_.failed;
  if (state_ == State::half_open) become(State::open);
  if (state_ != State::closed || !mostly_failed()) return;
  next_probe_ = now + kOpenFor;
  become(State::open);
}

void CircuitBreaker::reset() {
  const std::scoped_lock lock{mutex_};
  this_second_ = last_second_ = {};
  become(State::closed);
}

CircuitBreaker::State CircuitBreaker::state() const {
  const std::scoped_lock lock{mutex_};
  return state_;
}

void CircuitBreaker::roll(Instant now) {
  if (now < second_began_ + kBucket) return;
  last_second_ = now < second_began_ + 2 * kBucket ? this_second_ : Outcomes{};
  this_second_ = {};
  second_began_ = now;
}

/// Three quarters: where one of two replicas hangs, every other call fails, and the good one still has to
/// get its calls.
bool CircuitBreaker::mostly_failed() const {
  const int failed = this_second_.failed + last_second_.failed;
  const int answered = this_second_.answered + last_second_.answered;
  return failed >= kLeastFailures && failed >= 3 * answered;
}

void CircuitBreaker::become(State state) {
  if (state == State::open && state_ == State::closed) opened_.Increment();
  state_ = state;
  state_shown_.Set(static_cast<double>(std::to_underlying(state)));
}

}  // namespace souk::rpc
