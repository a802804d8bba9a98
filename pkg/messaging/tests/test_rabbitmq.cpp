#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <fmt/format.h>

#include "messaging/detail/broker.hpp"
#include "messaging/detail/rabbitmq_connection.hpp"
#include "messaging/private_rabbitmq.hpp"
#include "test_bus.hpp"
#include "testing/scratch.hpp"

namespace souk::messaging {
namespace {

using namespace std::chrono_literals;

amqp_bytes_t bytes_of(const std::string& text) {
  return {.len = text.size(), .bytes = const_cast<char*>(text.data())};
}

/// The broker's operator, with a connection for each thing that is done.
class Operator {
 public:
  explicit Operator(const std::string& url) : state_(amqp_new_connection()) {
    const auto address = detail::RabbitmqAddress::parse(url);
    auto* socket = amqp_tcp_socket_new(state_);
    if (amqp_socket_open(socket, address.host.c_str(), address.port) != AMQP_STATUS_OK) {
      throw std::runtime_error{"no connection to " + url};
    }
    amqp_login(state_, "/", 0, AMQP_DEFAULT_FRAME_SIZE, 0, AMQP_SASL_METHOD_PLAIN,
               address.user.c_str(), address.password.c_str());
    amqp_channel_open(state_, 1);
    check();
  }
  ~Operator() {
    amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(state_);
  }
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;

  void delete_queue(const std::string& queue) {
    amqp_queue_delete(state_, 1, bytes_of(queue), 0, 0);
    check();
  }

  void send(const std::string& queue, const std::string& bytes) {
    amqp_confirm_select(state_, 1);
    amqp_basic_publish(state_, 1, amqp_empty_bytes, bytes_of(queue), 0, 0, nullptr,
                       bytes_of(bytes));
    amqp_frame_t confirm;
    amqp_simple_wait_frame(state_, &confirm);
  }

  /// Empty if there is none.
  std::string take(const std::string& queue) {
    if (amqp_basic_get(state_, 1, bytes_of(queue), /*no_ack=*/1).reply.id !=
        AMQP_BASIC_GET_OK_METHOD) {
      return {};
    }
    amqp_message_t message;
    amqp_read_message(state_, 1, &message, 0);
    std::string bytes{static_cast<const char*>(message.body.bytes), message.body.len};
    amqp_destroy_message(&message);
    return bytes;
  }

 private:
  void check() {
    if (amqp_get_rpc_reply(state_).reply_type != AMQP_RESPONSE_NORMAL) {
      throw std::runtime_error{"RabbitMQ refuses"};
    }
  }

  amqp_connection_state_t state_;
};

class Rabbitmq final : public TestBroker {
 public:
  Rabbitmq() {
    if (!server().running()) server().start();
    Operator with{server().url()};
    for (const auto* name : {"inventory-service", "notification-service", "api-gateway"}) {
      with.delete_queue(detail::queue_of(name));
    }
    with.delete_queue(detail::kDeadQueue);
  }

  config::Settings settings() const override {
    return config::Settings{{{"SOUK_BUS", "rabbitmq"}, {"RABBITMQ_URL", server().url()}}};
  }
  void freeze() override { kill(server().pid(), SIGSTOP); }
  void down() override { server().kill_9(); }
  void up() override { server().start(); }
  void cut_way(const std::string& subscriber) override {
    Operator{server().url()}.delete_queue(detail::queue_of(subscriber));
  }
  void lay_way(const std::string&) override {}  // the subscriber does
  void send_garbage(const std::string& subscriber, const std::string& bytes) override {
    Operator{server().url()}.send(detail::queue_of(subscriber), bytes);
  }
  std::string take_dead_letter() override {
    Operator with{server().url()};
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < end) {
      if (auto letter = with.take(detail::kDeadQueue); !letter.empty()) return letter;
      std::this_thread::sleep_for(20ms);
    }
    return {};
  }

 private:
  static PrivateRabbitMq& server() {
    static const testing::ScratchFolder scratch;
    static PrivateRabbitMq only{scratch.path()};
    return only;
  }
};

}  // namespace

std::unique_ptr<TestBroker> make_rabbitmq() { return std::make_unique<Rabbitmq>(); }

}  // namespace souk::messaging
