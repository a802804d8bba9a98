#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "messaging/detail/broker.hpp"
#include "messaging/detail/kafka_client.hpp"

namespace souk::messaging::detail {

/// A member of the service's consumer group, on a thread of its own. A lane is one assignment of a
/// partition. What is committed is the offset up to which everything is done with, so whoever gets
/// the partition next sees the rest again, and perhaps some of what was done: the inbox knows those.
class KafkaSource final : public Source {
 public:
  /// `shared`: the replicas are one group, and share the partitions. Else this one is a group of its
  /// own, and begins with what comes from now on.
  KafkaSource(const runtime::ModuleContext& context, bool shared);
  /// Leaves the group; commits nothing more.
  ~KafkaSource() override;
  KafkaSource(const KafkaSource&) = delete;
  KafkaSource& operator=(const KafkaSource&) = delete;

  void start(Listener listener) override;
  void accept(Place place) override;
  Task<> stop() override;

 private:
  struct Lane {
    std::int32_t partition;
    std::set<std::int64_t> open;  ///< offsets that were received and are not done with
    std::int64_t next = 0;        ///< after the last that was received
    std::int64_t stored = -1;     ///< what the next commit says
  };

  std::unique_ptr<KafkaClient> make_client(bool shared);
  void run();
  void leave_group();
  void settle();
  void store(Lane& lane);
  bool has_room();
  void pause(bool on);
  void take(const rd_kafka_message_t& message);
  void rebalanced(bool assigned, rd_kafka_topic_partition_list_t& partitions);
  void assigned(const rd_kafka_topic_partition_list_t& partitions);
  void revoked(const rd_kafka_topic_partition_list_t& partitions);
  void end();

  const runtime::ModuleContext context_;
  const std::string topic_;
  std::shared_ptr<const Listener> listener_;

  // The thread's.
  std::uint64_t last_lane_ = 0;
  std::map<std::uint64_t, Lane> lanes_;
  std::map<std::int32_t, std::uint64_t> lane_of_;  ///< by partition
  bool paused_ = false;

  std::mutex mutex_;
  std::vector<Place> done_;  ///< on its way from the loop to the thread
  std::condition_variable settled_;
  std::atomic<bool> stopping_{false};
  std::function<void(bool)> ended_;
  struct QueueEnd {
    void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  };
  std::unique_ptr<KafkaClient> client_;
  std::unique_ptr<rd_kafka_queue_t, QueueEnd> queue_;  ///< to wake the thread
  std::thread thread_;
};

}  // namespace souk::messaging::detail
