#pragma once

#include <functional>
#include <map>
#include <string>

#include <google/protobuf/message.h>

#include "redis/client.hpp"
#include "redis/subscriber.hpp"
#include "runtime/module.hpp"
#include "runtime/task_group.hpp"
#include "security/secret.hpp"

namespace souk::gateway {

/// What the replicas of the gateway talk over: sealed posts on Redis's channels. A post reaches those who
/// are connected at that moment, the sender among them, and nobody else: nothing may rest on its arrival.
/// It is sealed under the internal key: who can write to Redis can keep posts back and send old ones
/// again, but not make them up. So what a post says must stay true.
///
/// On the module's loop, but for tell(). hear(), then start(); stop() waits for what is being sent.
class ReplicaLine {
 public:
  using Handler = std::function<void(const std::string& text)>;

  ReplicaLine(const runtime::ModuleContext& context, const redis::Address& address);

  /// Before start(). What was not sealed by one of us is not passed on.
  void hear(std::string channel, Handler handler) {
    handlers_[std::move(channel)] = std::move(handler);
  }
  /// Before start(). Called each time that the line is (again) up: posts may have been missed.
  void on_up(std::function<void()> handler) { on_up_ = std::move(handler); }

  void start();
  Task<> stop();

  /// From any thread. Where Redis is away nothing is sent, now or later.
  void tell(std::string channel, const google::protobuf::Message& post);

  /// A post as tell() would publish it.
  std::string sealed(std::string_view channel, const google::protobuf::Message& post) const;
  /// Runs beside the caller; stop() waits for it. It handles its own failures.
  void spawn(Task<> task) { work_.spawn(std::move(task)); }

  redis::Client& redis() { return redis_; }
  bool up() const { return subscriber_ && subscriber_->ready(); }
  /// This replica's, different at each start.
  const std::string& id() const { return id_; }

 private:
  Task<> publish(std::string channel, std::string text);
  void on_message(const std::string& channel, const std::string& sealed);

  runtime::ModuleContext context_;
  redis::Address address_;
  std::string id_;
  security::SecretKey key_;
  redis::Client redis_;
  std::unique_ptr<redis::Subscriber> subscriber_;  // once it is known what there is to hear
  std::map<std::string, Handler, std::less<>> handlers_;
  std::function<void()> on_up_ = [] {};
  runtime::TaskGroup work_;
};

}  // namespace souk::gateway
