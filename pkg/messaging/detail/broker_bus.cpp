#include "messaging/detail/broker_bus.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <prometheus/counter.h>

#include "core/error.hpp"

namespace souk::messaging::detail {
namespace {

constexpr const char* kBehind = "waits for an earlier event of its aggregate";

/// The next event of each aggregate, taken out of `left`.
std::vector<int> next_wave(const common::v1::DeliverRequest& request, std::vector<int>& left) {
  std::vector<int> wave;
  std::vector<int> later;
  std::set<std::string_view> aggregates;
  for (const int index : left) {
    const bool first = aggregates.insert(request.events(index).aggregate_id()).second;
    (first ? wave : later).push_back(index);
  }
  left = std::move(later);
  return wave;
}

std::vector<Message> messages_of(const common::v1::DeliverRequest& request,
                                 const std::vector<int>& wave) {
  std::vector<Message> messages;
  for (const int index : wave) {
    const auto& event = request.events(index);
    messages.push_back({.key = event.aggregate_id(), .bytes = event.SerializeAsString()});
  }
  return messages;
}

}  // namespace

BrokerBus::BrokerBus(const runtime::ModuleContext& context, std::unique_ptr<Publisher> publisher)
    : metrics_(context.metrics), service_(context.name), publisher_(std::move(publisher)) {}

Task<common::v1::DeliverReply> BrokerBus::deliver(const std::string& subscriber,
                                                  const common::v1::DeliverRequest& request) {
  common::v1::DeliverReply reply;
  std::vector<int> left;
  for (int i = 0; i < request.events_size(); ++i) {
    reply.add_outcomes()->set_reason(kBehind);
    left.push_back(i);
  }
  const auto end = std::chrono::steady_clock::now() + kDeliveryTime;
  bool any = false;
  while (!left.empty() && !cancelled_ && std::chrono::steady_clock::now() < end) {
    const auto wave = next_wave(request, left);
    const auto verdicts =
        co_await publisher_->publish(queue_of(subscriber), messages_of(request, wave));
    count(subscriber, verdicts);
    std::set<std::string_view> stuck;
    for (std::size_t i = 0; i < wave.size(); ++i) {
      auto& outcome = *reply.mutable_outcomes(wave[i]);
      outcome.set_accepted(verdicts[i].empty());
      outcome.set_reason(verdicts[i]);
      if (!outcome.accepted()) stuck.insert(request.events(wave[i]).aggregate_id());
    }
    if (stuck.size() == wave.size()) {  // nothing gets through just now
      if (!any) throw unavailable(verdicts.front());
      break;
    }
    any = true;
    std::erase_if(left,
                  [&](int index) { return stuck.contains(request.events(index).aggregate_id()); });
  }
  co_return reply;
}

void BrokerBus::cancel() {
  cancelled_ = true;
  publisher_->cancel();
}

void BrokerBus::count(const std::string& subscriber, const std::vector<std::string>& verdicts) {
  const auto confirmed = std::ranges::count(verdicts, "");
  const Metrics::Labels labels{{"service", service_}, {"subscriber", subscriber}};
  metrics_.counter("souk_bus_published_total", "Events handed to the broker", labels)
      .Increment(static_cast<double>(verdicts.size()));
  metrics_.counter("souk_bus_confirmed_total", "Events the broker has taken over", labels)
      .Increment(static_cast<double>(confirmed));
}

}  // namespace souk::messaging::detail
