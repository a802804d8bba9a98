#include "messaging/detail/kafka_source.hpp"

#include <string_view>
#include <utility>

#include <boost/asio/post.hpp>

#include "core/uuid.hpp"
#include "messaging/detail/from_thread.hpp"

namespace souk::messaging::detail {
namespace {

constexpr std::chrono::seconds kFullFor{1};
constexpr std::chrono::seconds kLeaveFor{1};
constexpr int kLeavePollMs = 20;
constexpr int kSourcePollMs = 500;  // it is woken for everything but a broker that says nothing

struct ListEnd {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
using List = std::unique_ptr<rd_kafka_topic_partition_list_t, ListEnd>;

List make_list() { return List{rd_kafka_topic_partition_list_new(1)}; }

std::span<const rd_kafka_topic_partition_t> members(const rd_kafka_topic_partition_list_t& list) {
  return {list.elems, static_cast<std::size_t>(list.cnt)};
}

}  // namespace

KafkaSource::KafkaSource(const runtime::ModuleContext& context, bool shared)
    : context_(context),
      topic_(queue_of(context.name)),
      client_(make_client(shared)),
      queue_(rd_kafka_queue_get_consumer(client_->get())) {}

KafkaSource::~KafkaSource() { end(); }

std::unique_ptr<KafkaClient> KafkaSource::make_client(bool shared) {
  const auto group = shared ? topic_ : topic_ + "." + context_.ids.next().str();
  return std::make_unique<KafkaClient>(
      context_, "subscriber", RD_KAFKA_CONSUMER,
      KafkaClient::Options{
          {"group.id", group},
          {"auto.offset.reset", shared ? "earliest" : "latest"},
          // What is stored is committed every half second, at a rebalance and at the end; and only
          // what is done with is stored.
          {"enable.auto.commit", shared ? "true" : "false"},
          {"auto.commit.interval.ms", "500"},
          {"enable.auto.offset.store", "false"},
          {"partition.assignment.strategy", "cooperative-sticky"},
          {"session.timeout.ms", "10000"},  // a replica that died is missed for so long
          {"allow.auto.create.topics", "true"},
          {"topic.metadata.refresh.interval.ms", "10000"},
          // librdkafka reads ahead on its own account.
          {"queued.min.messages", "1000"},
          {"queued.max.messages.kbytes", "8192"}},
      KafkaClient::Hooks{
          .delivered = {},
          .rebalanced = [this](bool assigned, rd_kafka_topic_partition_list_t& partitions) {
            rebalanced(assigned, partitions);
          }});
}

void KafkaSource::start(Listener listener) {
  listener_ = std::make_shared<const Listener>(std::move(listener));
  thread_ = std::thread{&KafkaSource::run, this};
}

void KafkaSource::accept(Place place) {
  const std::scoped_lock lock{mutex_};
  done_.push_back(place);
  if (done_.size() > 1) return;  // the thread was woken for the first of them
  settled_.notify_one();
  rd_kafka_queue_yield(queue_.get());
}

void KafkaSource::run() {
  const auto topics = make_list();
  rd_kafka_topic_partition_list_add(topics.get(), topic_.c_str(), RD_KAFKA_PARTITION_UA);
  rd_kafka_subscribe(client_->get(), topics.get());
  while (!stopping_) {
    settle();
    if (!has_room()) continue;
    if (auto* message = rd_kafka_consumer_poll(client_->get(), kSourcePollMs)) {
      take(*message);
      rd_kafka_message_destroy(message);
    }
  }
  settle();
  leave_group();
  if (ended_) ended_(true);
}

/// Commits, and tells the group; of brokers that are away one takes no leave.
void KafkaSource::leave_group() {
  if (auto* error = rd_kafka_consumer_close_queue(client_->get(), queue_.get())) {
    rd_kafka_error_destroy(error);
    return;
  }
  const auto end = std::chrono::steady_clock::now() + kLeaveFor;
  while (!rd_kafka_consumer_closed(client_->get()) && std::chrono::steady_clock::now() < end) {
    if (auto* message = rd_kafka_consumer_poll(client_->get(), kLeavePollMs)) {
      rd_kafka_message_destroy(message);
    }
  }
  if (!rd_kafka_consumer_closed(client_->get())) client_->abandon();
}

void KafkaSource::take(const rd_kafka_message_t& message) {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    context_.log.warn("kafka",
                      {{"for", context_.name}, {"reason", rd_kafka_message_errstr(&message)}});
    return;
  }
  const auto found = lane_of_.find(message.partition);
  if (found == lane_of_.end()) return;
  auto& lane = lanes_.at(found->second);
  lane.open.insert(message.offset);
  lane.next = message.offset + 1;
  Arrival arrival{
      .place = {.lane = found->second, .tag = static_cast<std::uint64_t>(message.offset)},
      .bytes = {static_cast<const char*>(message.payload), message.len}};
  boost::asio::post(context_.loop, [listener = listener_, arrival = std::move(arrival)]() mutable {
    listener->arrived(std::move(arrival));
  });
}

/// Takes note of what is done with.
void KafkaSource::settle() {
  std::vector<Place> done;
  {
    const std::scoped_lock lock{mutex_};
    done.swap(done_);
  }
  for (const auto& place : done) {
    const auto found = lanes_.find(place.lane);
    if (found != lanes_.end()) found->second.open.erase(static_cast<std::int64_t>(place.tag));
  }
  if (done.empty()) return;
  for (auto& [number, lane] : lanes_) store(lane);
}

/// Everything before this offset is done with.
void KafkaSource::store(Lane& lane) {
  const auto offset = lane.open.empty() ? lane.next : *lane.open.begin();
  if (offset <= lane.stored || offset == 0) return;
  lane.stored = offset;
  const auto list = make_list();
  rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), lane.partition)->offset = offset;
  rd_kafka_offsets_store(client_->get(), list.get());
}

/// Whether to poll. A full window is emptied in milliseconds as a rule, and librdkafka reads ahead
/// meanwhile; where it stays full, the partitions are paused and polled all the same, for a member
/// that does not poll is thrown out of the group.
bool KafkaSource::has_room() {
  std::size_t open = 0;
  for (const auto& [number, lane] : lanes_) open += lane.open.size();
  if (paused_ && open <= kWindow / 2) pause(false);
  if (paused_ || open < kWindow) return true;
  std::unique_lock lock{mutex_};
  const bool moves =
      settled_.wait_for(lock, kFullFor, [this] { return !done_.empty() || stopping_; });
  lock.unlock();
  if (!moves) pause(true);
  return false;
}

void KafkaSource::pause(bool on) {
  const auto list = make_list();
  for (const auto& [partition, lane] : lane_of_) {
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition);
  }
  if (on) {
    rd_kafka_pause_partitions(client_->get(), list.get());
  } else {
    rd_kafka_resume_partitions(client_->get(), list.get());
  }
  paused_ = on;
}

void KafkaSource::rebalanced(bool assigned_now, rd_kafka_topic_partition_list_t& partitions) {
  auto* handle = client_->get();
  const bool step_by_step = std::string_view{rd_kafka_rebalance_protocol(handle)} == "COOPERATIVE";
  settle();
  rd_kafka_error_t* error = nullptr;
  if (assigned_now) {
    assigned(partitions);
    if (step_by_step) {
      error = rd_kafka_incremental_assign(handle, &partitions);
    } else {
      rd_kafka_assign(handle, &partitions);
    }
    if (paused_) rd_kafka_pause_partitions(handle, &partitions);
  } else {
    revoked(partitions);
    if (step_by_step) {
      error = rd_kafka_incremental_unassign(handle, &partitions);
    } else {
      rd_kafka_assign(handle, nullptr);
    }
  }
  if (error == nullptr) return;
  context_.log.warn("kafka", {{"for", context_.name}, {"reason", rd_kafka_error_string(error)}});
  rd_kafka_error_destroy(error);
}

void KafkaSource::assigned(const rd_kafka_topic_partition_list_t& partitions) {
  for (const auto& member : members(partitions)) {
    lane_of_[member.partition] = ++last_lane_;
    lanes_.emplace(last_lane_, Lane{.partition = member.partition, .open = {}});
  }
}

void KafkaSource::revoked(const rd_kafka_topic_partition_list_t& partitions) {
  for (const auto& member : members(partitions)) {
    const auto found = lane_of_.find(member.partition);
    if (found == lane_of_.end()) continue;
    const auto number = found->second;
    lanes_.erase(number);
    lane_of_.erase(found);
    boost::asio::post(context_.loop, [listener = listener_, number] { listener->ended(number); });
  }
}

void KafkaSource::end() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  rd_kafka_queue_yield(queue_.get());
  thread_.join();
}

Task<> KafkaSource::stop() {
  if (!thread_.joinable()) co_return;
  co_await from_thread<bool>([this](auto done) {
    ended_ = done;
    stopping_ = true;
    rd_kafka_queue_yield(queue_.get());
  });
  thread_.join();
}

}  // namespace souk::messaging::detail
