#include "messaging/detail/rabbitmq.hpp"

#include <utility>
#include <variant>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <prometheus/counter.h>

#include "messaging/detail/from_thread.hpp"

namespace souk::messaging::detail {
namespace {

constexpr const char* kEvents = "souk.events";

void declare_exchange(RabbitmqConnection& connection) {
  connection.declare_exchange(kEvents, "direct");
  connection.bind(connection.declare_queue(kDeadQueue, {}), kEvents, kDeadQueue);
}

}  // namespace

RabbitmqPublisher::RabbitmqPublisher(const runtime::ModuleContext& context)
    : context_(context),
      returned_(context.metrics.counter("souk_bus_returned_total",
                                        "Events that found no queue at the broker",
                                        {{"service", context.name}})),
      worker_(context_, "publisher", *this) {
  worker_.start();
}

Task<std::vector<std::string>> RabbitmqPublisher::publish(std::string queue,
                                                          std::vector<Message> messages) {
  // A broker that takes no more, or says no more, has its connection cut: that settles the rest.
  boost::asio::steady_timer patience{context_.loop, kDeliveryTime};
  patience.async_wait([this](const boost::system::error_code& error) {
    if (!error) worker_.hang_up();
  });
  co_return co_await from_thread<std::vector<std::string>>([&](auto done) {
    auto verdicts = std::make_shared<Verdicts>(messages.size(), std::move(done));
    worker_.post([this, queue = std::move(queue), messages = std::move(messages),
                  verdicts = std::move(verdicts)](RabbitmqConnection* connection) {
      send(connection, queue, messages, verdicts);
    });
  });
}

void RabbitmqPublisher::send(RabbitmqConnection* connection, const std::string& queue,
                             const std::vector<Message>& messages,
                             const std::shared_ptr<Verdicts>& verdicts) {
  if (connection == nullptr) {
    for (std::size_t i = 0; i < messages.size(); ++i) verdicts->set(i, "no connection");
    return;
  }
  // Before the first is sent, so that lost() knows of all of them.
  const auto first = connection->published() + 1;
  for (std::size_t i = 0; i < messages.size(); ++i) pending_[first + i] = {verdicts, i};
  for (const auto& message : messages) connection->publish(kEvents, queue, message.bytes);
}

void RabbitmqPublisher::opened(RabbitmqConnection& connection) {
  declare_exchange(connection);
  connection.confirm_publishes();
}

void RabbitmqPublisher::received(RabbitmqConnection&, RabbitmqConnection::News news) {
  if (const auto* returned = std::get_if<RabbitmqConnection::Returned>(&news)) {
    const auto found = pending_.find(returned->tag);
    if (found == pending_.end()) return;
    found->second.returned = true;
    returned_.Increment();
  } else if (const auto* confirm = std::get_if<RabbitmqConnection::Confirmed>(&news)) {
    confirmed(*confirm);
  }
}

void RabbitmqPublisher::confirmed(const RabbitmqConnection::Confirmed& confirmed) {
  auto begin = confirmed.multiple ? pending_.begin() : pending_.find(confirmed.tag);
  const auto end = pending_.upper_bound(confirmed.tag);
  while (begin != end) {
    const auto pending = std::move(begin->second);
    begin = pending_.erase(begin);
    const char* verdict = !confirmed.ok      ? "the broker refuses it"
                          : pending.returned ? "nobody listens there"
                                             : "";
    pending.verdicts->set(pending.index, verdict);
  }
}

void RabbitmqPublisher::lost(const std::string& why) {
  const auto reason = why.empty() ? std::string{"connection ended"} : why;
  for (const auto& [tag, pending] : std::exchange(pending_, {})) {
    pending.verdicts->set(pending.index, reason);
  }
}

RabbitmqSource::RabbitmqSource(const runtime::ModuleContext& context, bool shared)
    : context_(context), shared_(shared), worker_(context_, "subscriber", *this) {}

void RabbitmqSource::start(Listener listener) {
  listener_ = std::make_shared<const Listener>(std::move(listener));
  worker_.start();
}

void RabbitmqSource::opened(RabbitmqConnection& connection) {
  ++lane_;
  declare_exchange(connection);
  const auto name = queue_of(context_.name);
  const auto queue = shared_ ? connection.declare_queue(name, {.one_consumer_at_a_time = true})
                             : connection.declare_queue("", {.own = true});
  connection.bind(queue, kEvents, name);
  connection.consume(queue, kWindow);
}

void RabbitmqSource::received(RabbitmqConnection&, RabbitmqConnection::News news) {
  auto* delivered = std::get_if<RabbitmqConnection::Delivered>(&news);
  if (delivered == nullptr) return;
  boost::asio::post(
      context_.loop,
      [listener = listener_, arrival = Arrival{.place = {.lane = lane_, .tag = delivered->tag},
                                               .bytes = std::move(delivered->bytes)}]() mutable {
        listener->arrived(std::move(arrival));
      });
}

void RabbitmqSource::lost(const std::string&) {
  boost::asio::post(context_.loop, [listener = listener_, lane = lane_] { listener->ended(lane); });
}

void RabbitmqSource::accept(Place place) {
  worker_.post([this, place](RabbitmqConnection* connection) {
    if (connection != nullptr && place.lane == lane_) connection->acknowledge(place.tag);
  });
}

}  // namespace souk::messaging::detail
