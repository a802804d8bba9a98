#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "messaging/detail/broker.hpp"
#include "messaging/detail/kafka_client.hpp"

namespace souk::messaging::detail {

/// An idempotent producer: what is confirmed is on every replica in sync, once. The key is the
/// aggregate, so its events share a partition. A thread of its own gathers the confirms.
class KafkaPublisher final : public Publisher {
 public:
  explicit KafkaPublisher(const runtime::ModuleContext& context);
  /// Gives up what is under way.
  ~KafkaPublisher() override;
  KafkaPublisher(const KafkaPublisher&) = delete;
  KafkaPublisher& operator=(const KafkaPublisher&) = delete;

  Task<std::vector<std::string>> publish(std::string queue, std::vector<Message> messages) override;
  void cancel() override;
  Task<> stop() override;

 private:
  std::shared_ptr<KafkaClient> make_client() const;
  void produce(const std::string& queue, const std::vector<Message>& messages,
               const std::function<void(std::vector<std::string>)>& done);
  void run();
  void replace_if_broken();
  void end();

  const runtime::ModuleContext context_;
  std::mutex mutex_;  ///< while the client is used to produce, or replaced
  std::shared_ptr<KafkaClient> client_;
  std::atomic<bool> stopping_{false};
  std::function<void(bool)> ended_;
  std::thread thread_;
};

}  // namespace souk::messaging::detail
