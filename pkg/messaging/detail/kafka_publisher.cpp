#include "messaging/detail/kafka_publisher.hpp"

#include <array>
#include <utility>

#include "messaging/detail/from_thread.hpp"
#include "messaging/detail/verdicts.hpp"

namespace souk::messaging::detail {
namespace {

constexpr int kPublisherPollMs = 100;
constexpr int kFlushMs = 1000;
constexpr int kEverything = RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT;

/// What travels with a message through librdkafka.
struct Pending {
  std::shared_ptr<Verdicts> verdicts;
  std::size_t index;
};

void settle(const rd_kafka_message_t& message) {
  const std::unique_ptr<Pending> pending{static_cast<Pending*>(message._private)};
  const bool safe = message.err == RD_KAFKA_RESP_ERR_NO_ERROR;
  pending->verdicts->set(pending->index,
                         safe ? "" : std::string{"Kafka: "} + rd_kafka_err2str(message.err));
}

/// Everything that is under way gets its verdict.
void give_up(rd_kafka_t* handle) {
  rd_kafka_purge(handle, kEverything);
  rd_kafka_flush(handle, kFlushMs);
}

rd_kafka_vu_t field(rd_kafka_vtype_t type) {
  rd_kafka_vu_t made{};
  made.vtype = type;
  return made;
}

rd_kafka_vu_t memory(rd_kafka_vtype_t type, const std::string& bytes) {
  auto made = field(type);
  made.u.mem = {.ptr = const_cast<char*>(bytes.data()), .size = bytes.size()};
  return made;
}

}  // namespace

KafkaPublisher::KafkaPublisher(const runtime::ModuleContext& context)
    : context_(context), client_(make_client()), thread_(&KafkaPublisher::run, this) {}

KafkaPublisher::~KafkaPublisher() { end(); }

std::shared_ptr<KafkaClient> KafkaPublisher::make_client() const {
  return std::make_shared<KafkaClient>(
      context_, "publisher", RD_KAFKA_PRODUCER,
      KafkaClient::Options{
          {"enable.idempotence", "true"},
          {"acks", "all"},
          // Of kDeliveryTime. What is not confirmed by then comes again from the outbox.
          {"message.timeout.ms", "3000"},
          {"request.timeout.ms", "2000"},
          {"linger.ms", "1"},               // a wave is produced at once
          {"message.max.bytes", "1048588"}  // the broker's own default; an event has 1 MB at most
      },
      KafkaClient::Hooks{.delivered = settle, .rebalanced = {}});
}

Task<std::vector<std::string>> KafkaPublisher::publish(std::string queue,
                                                       std::vector<Message> messages) {
  co_return co_await from_thread<std::vector<std::string>>(
      [&](auto done) { produce(queue, messages, std::move(done)); });
}

void KafkaPublisher::cancel() {
  const std::scoped_lock lock{mutex_};
  rd_kafka_purge(client_->get(), kEverything);
}

void KafkaPublisher::produce(const std::string& queue, const std::vector<Message>& messages,
                             const std::function<void(std::vector<std::string>)>& done) {
  const auto verdicts = std::make_shared<Verdicts>(messages.size(), done);
  const std::scoped_lock lock{mutex_};
  for (std::size_t i = 0; i < messages.size(); ++i) {
    auto pending = std::make_unique<Pending>(verdicts, i);
    auto topic = field(RD_KAFKA_VTYPE_TOPIC);
    topic.u.cstr = queue.c_str();
    auto flags = field(RD_KAFKA_VTYPE_MSGFLAGS);
    flags.u.i = RD_KAFKA_MSG_F_COPY;
    auto opaque = field(RD_KAFKA_VTYPE_OPAQUE);
    opaque.u.ptr = pending.get();
    const std::array fields{topic, flags, opaque, memory(RD_KAFKA_VTYPE_KEY, messages[i].key),
                            memory(RD_KAFKA_VTYPE_VALUE, messages[i].bytes)};
    if (auto* error = rd_kafka_produceva(client_->get(), fields.data(), fields.size())) {
      verdicts->set(i, std::string{"Kafka: "} + rd_kafka_error_string(error));
      rd_kafka_error_destroy(error);
    } else {
      (void)pending.release();  // until settle()
    }
  }
}

void KafkaPublisher::run() {
  while (!stopping_) {
    rd_kafka_poll(client_->get(), kPublisherPollMs);
    replace_if_broken();
  }
  give_up(client_->get());
  if (ended_) ended_(true);
}

/// An idempotent producer that cannot vouch for its order any more stops for good; its events are
/// still in the outbox.
void KafkaPublisher::replace_if_broken() {
  std::array<char, 256> reason{};
  if (rd_kafka_fatal_error(client_->get(), reason.data(), reason.size()) ==
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return;
  }
  context_.log.warn("the Kafka producer begins anew", {{"reason", reason.data()}});
  auto fresh = make_client();
  {
    const std::scoped_lock lock{mutex_};
    std::swap(fresh, client_);
  }
  give_up(fresh->get());
}

void KafkaPublisher::end() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  thread_.join();
}

Task<> KafkaPublisher::stop() {
  if (!thread_.joinable()) co_return;
  co_await from_thread<bool>([this](auto done) {
    ended_ = done;
    stopping_ = true;
  });
  end();
}

}  // namespace souk::messaging::detail
