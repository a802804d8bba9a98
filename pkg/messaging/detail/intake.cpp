#include "messaging/detail/intake.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>

namespace souk::messaging::detail {
namespace {

/// As with the direct bus: enough that many share a commit, few enough for one transaction.
constexpr std::size_t kIntakeBatch = 200;
constexpr std::size_t kIntakeBatchBytes = 2'000'000;
constexpr std::chrono::seconds kBurialPause{1};  // a stop may have to wait for it

}  // namespace

Intake::Intake(const runtime::ModuleContext& context, Source& source, Subscription::Sink sink)
    : context_(context),
      source_(source),
      sink_(std::move(sink)),
      unacked_(context.metrics.gauge("souk_bus_unacked",
                                     "Events taken from the broker and not yet done with",
                                     {{"service", context.name}})),
      unreadable_(context.metrics.counter("souk_bus_unreadable_total",
                                          "Messages that are no event and went to souk.dead",
                                          {{"service", context.name}})),
      signal_(context.loop),
      running_(context.loop) {}

void Intake::arrived(Arrival arrival) {
  lanes_.insert(arrival.place.lane);
  common::v1::Event event;
  if (!event.ParseFromString(arrival.bytes)) {
    context_.log.error("a message that is no event goes to the dead letters",
                       {{"queue", queue_of(context_.name)},
                        {"bytes", static_cast<std::int64_t>(arrival.bytes.size())}});
    unreadable_.Increment();
    running_.spawn(bury(std::move(arrival)));
    return;
  }
  waiting_.push_back({arrival.place, std::move(event)});
  show();
  signal_.raise();
}

void Intake::ended(std::uint64_t lane) {
  lanes_.erase(lane);
  std::erase_if(waiting_, [lane](const Entry& entry) { return entry.place.lane == lane; });
  std::set<std::string_view> left;
  for (const auto& entry : waiting_) left.insert(entry.event.aggregate_id());
  holds_.keep([&](const std::string& aggregate) { return left.contains(aggregate); });
  show();
}

void Intake::start() { running_.spawn(run()); }

Task<> Intake::stop() {
  stopping_ = true;
  signal_.raise();
  co_await running_.wait();
  if (dead_letters_) co_await dead_letters_->stop();
}

Task<> Intake::run() {
  while (!stopping_) {
    auto batch = next_batch();
    if (batch.empty()) {
      co_await signal_.wait(holds_.next());
    } else {
      co_await hand_over(std::move(batch));
    }
  }
}

/// Takes out the oldest whose aggregates need not wait.
std::vector<Intake::Entry> Intake::next_batch() {
  std::vector<Entry> batch;
  std::deque<Entry> rest;
  std::size_t bytes = 0;
  const auto now = std::chrono::steady_clock::now();
  bool full = false;
  for (auto& entry : waiting_) {
    const auto size = entry.event.payload().size();
    full = full || batch.size() == kIntakeBatch ||
           (!batch.empty() && bytes + size > kIntakeBatchBytes);
    if (full || holds_.waits(entry.event.aggregate_id(), now)) {
      rest.push_back(std::move(entry));
    } else {
      bytes += size;
      batch.push_back(std::move(entry));
    }
  }
  waiting_ = std::move(rest);
  in_hand_ = batch.size();
  return batch;
}

Task<> Intake::hand_over(std::vector<Entry> batch) {
  const auto reply = co_await deliver(batch);
  in_hand_ = 0;
  settle(std::move(batch), reply);
}

Task<common::v1::DeliverReply> Intake::deliver(const std::vector<Entry>& batch) {
  common::v1::DeliverRequest request;
  for (const auto& entry : batch) *request.add_events() = entry.event;
  try {
    co_return co_await sink_(request);
  } catch (const std::exception& error) {
    context_.log.warn("events could not be taken in",
                      {{"service", context_.name}, {"reason", error.what()}});
  }
  co_return common::v1::DeliverReply{};  // none accepted
}

/// What was not accepted goes back to the front: it is older than all that waits of its aggregate.
void Intake::settle(std::vector<Entry> batch, const common::v1::DeliverReply& reply) {
  std::vector<Entry> again;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto& entry = batch[i];
    const auto index = static_cast<int>(i);
    const auto& aggregate = entry.event.aggregate_id();
    if (index < reply.outcomes_size() && reply.outcomes(index).accepted()) {
      holds_.release(aggregate);
      source_.accept(entry.place);
    } else if (lanes_.contains(entry.place.lane)) {
      again.push_back(std::move(entry));
    } else {
      holds_.release(aggregate);
    }
  }
  std::set<std::string_view> refused;
  for (const auto& entry : again) {
    if (refused.insert(entry.event.aggregate_id()).second) {
      holds_.hold(entry.event.aggregate_id(), context_.random);
    }
  }
  waiting_.insert(waiting_.begin(), std::make_move_iterator(again.begin()),
                  std::make_move_iterator(again.end()));
  show();
}

/// Until the dead letters have it; or we stop, and it comes again.
Task<> Intake::bury(Arrival arrival) {
  if (!dead_letters_) dead_letters_ = make_publisher(context_);
  while (!stopping_) {
    std::vector<Message> one{{.key = context_.name, .bytes = arrival.bytes}};
    const auto verdicts = co_await dead_letters_->publish(kDeadQueue, std::move(one));
    if (verdicts.front().empty()) {
      source_.accept(arrival.place);
      co_return;
    }
    context_.log.warn("no dead letter could be written", {{"reason", verdicts.front()}});
    boost::asio::steady_timer pause{context_.loop, kBurialPause};
    co_await pause.async_wait(boost::asio::use_awaitable);
  }
}

void Intake::show() const { unacked_.Set(static_cast<double>(waiting_.size() + in_hand_)); }

}  // namespace souk::messaging::detail
