#include <array>
#include <stdexcept>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "messaging/detail/broker.hpp"
#include "test_bus.hpp"

namespace souk::messaging {
namespace {

constexpr int kBrokers = 3;
constexpr int kPartitions = 4;

using Handle = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;
using Options = std::initializer_list<std::pair<const char*, std::string>>;

Handle make_handle(rd_kafka_type_t type, const Options& options) {
  std::array<char, 512> problem{};
  auto* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : options) {
    rd_kafka_conf_set(conf, name, value.c_str(), problem.data(), problem.size());
  }
  auto* handle = rd_kafka_new(type, conf, problem.data(), problem.size());
  if (handle == nullptr) throw std::runtime_error{problem.data()};
  return {handle, &rd_kafka_destroy};
}

class Kafka final : public TestBroker {
 public:
  Kafka()
      : owner_(make_handle(RD_KAFKA_PRODUCER, {})),
        cluster_(rd_kafka_mock_cluster_new(owner_.get(), kBrokers)) {
    for (const auto* name : {"inventory-service", "notification-service"}) {
      rd_kafka_mock_topic_create(cluster_, detail::queue_of(name).c_str(), kPartitions, kBrokers);
    }
    rd_kafka_mock_topic_create(cluster_, detail::kDeadQueue, 1, kBrokers);
  }
  ~Kafka() override { rd_kafka_mock_cluster_destroy(cluster_); }
  Kafka(const Kafka&) = delete;
  Kafka& operator=(const Kafka&) = delete;

  config::Settings settings() const override {
    return config::Settings{{{"SOUK_BUS", "kafka"}, {"KAFKA_BROKERS", brokers()}}};
  }
  void freeze() override { answer_after(60'000); }
  void down() override {
    for (int id = 1; id <= kBrokers; ++id) rd_kafka_mock_broker_set_down(cluster_, id);
  }
  void up() override {
    answer_after(0);
    for (int id = 1; id <= kBrokers; ++id) rd_kafka_mock_broker_set_up(cluster_, id);
  }
  void cut_way(const std::string& subscriber) override {
    rd_kafka_mock_topic_set_error(cluster_, detail::queue_of(subscriber).c_str(),
                                  RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  }
  void lay_way(const std::string& subscriber) override {
    rd_kafka_mock_topic_set_error(cluster_, detail::queue_of(subscriber).c_str(),
                                  RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void send_garbage(const std::string& subscriber, const std::string& bytes) override {
    const auto producer = make_handle(RD_KAFKA_PRODUCER, {{"bootstrap.servers", brokers()}});
    auto* topic = rd_kafka_topic_new(producer.get(), detail::queue_of(subscriber).c_str(), nullptr);
    for (int partition = 0; partition < kPartitions; ++partition) {
      rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(bytes.data()),
                       bytes.size(), nullptr, 0, nullptr);
    }
    rd_kafka_flush(producer.get(), 30'000);
    rd_kafka_topic_destroy(topic);
  }
  std::string take_dead_letter() override {
    const auto consumer = make_handle(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers()},
                                                          {"group.id", "operator"},
                                                          {"auto.offset.reset", "earliest"}});
    auto* topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, detail::kDeadQueue, 0)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer.get(), topics);
    rd_kafka_topic_partition_list_destroy(topics);
    auto* message = rd_kafka_consumer_poll(consumer.get(), 30'000);
    if (message == nullptr) return {};
    std::string bytes{static_cast<const char*>(message->payload), message->len};
    rd_kafka_message_destroy(message);
    rd_kafka_consumer_close(consumer.get());
    return bytes;
  }

 private:
  void answer_after(int ms) {
    for (int id = 1; id <= kBrokers; ++id) rd_kafka_mock_broker_set_rtt(cluster_, id, ms);
  }
  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }

  Handle owner_;
  rd_kafka_mock_cluster_t* cluster_;
};

}  // namespace

std::unique_ptr<TestBroker> make_kafka() { return std::make_unique<Kafka>(); }

}  // namespace souk::messaging
