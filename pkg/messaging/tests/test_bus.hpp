#pragma once

#include <memory>
#include <string>

#include "config/settings.hpp"

namespace souk::messaging {

/// A bus and what stands behind it, for tests of what every bus must do.
class TestBus {
 public:
  virtual ~TestBus() = default;
  /// For World::settings.
  virtual config::Settings settings() const = 0;
};

/// One with a broker behind it.
class TestBroker : public TestBus {
 public:
  /// It takes everything in and says nothing more; until down(), which loses it all.
  virtual void freeze() = 0;
  /// It goes at once, with whatever it had not written; up() brings it back. Blocking, and safe on a
  /// thread of the test's own.
  virtual void down() = 0;
  virtual void up() = 0;
  /// What is sent to `subscriber` finds no place there any more; until lay_way().
  virtual void cut_way(const std::string& subscriber) = 0;
  virtual void lay_way(const std::string& subscriber) = 0;
  /// Puts bytes that are no event into a subscriber's queue, behind all that is there.
  virtual void send_garbage(const std::string& subscriber, const std::string& bytes) = 0;
  /// Waits for a dead letter, takes it out and gives it back.
  virtual std::string take_dead_letter() = 0;
};

/// "rabbitmq" or "kafka", with nothing in it of an earlier test. RabbitMQ starts with the first test
/// that needs it and ends with the program; Kafka is librdkafka's mock cluster, one per test.
std::unique_ptr<TestBroker> make_broker(const std::string& name);
/// The same, and "direct".
std::unique_ptr<TestBus> make_test_bus(const std::string& name);

std::unique_ptr<TestBroker> make_rabbitmq();
std::unique_ptr<TestBroker> make_kafka();

}  // namespace souk::messaging
