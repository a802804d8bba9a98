#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "messaging/detail/broker.hpp"
#include "messaging/detail/rabbitmq_worker.hpp"
#include "messaging/detail/verdicts.hpp"

namespace souk::messaging::detail {

/// What there is at the broker; both ends declare it, whoever comes first:
///
///   souk.events        direct exchange; the routing key is the queue's name
///   souk.<subscriber>  queue of a service, with one consumer at a time, so that order holds however
///                      many replicas there are
///   souk.dead          queue for what cannot be read
///
/// Everything is durable. Which type of queue it is, classic or quorum, the virtual host says.
class RabbitmqPublisher final : public Publisher, private RabbitmqWorker::Role {
 public:
  explicit RabbitmqPublisher(const runtime::ModuleContext& context);

  Task<std::vector<std::string>> publish(std::string queue, std::vector<Message> messages) override;
  void cancel() override { worker_.hang_up(); }
  Task<> stop() override { return worker_.stop(); }

 private:
  struct Pending {
    std::shared_ptr<Verdicts> verdicts;
    std::size_t index;
    bool returned = false;
  };

  void send(RabbitmqConnection* connection, const std::string& queue,
            const std::vector<Message>& messages, const std::shared_ptr<Verdicts>& verdicts);
  void opened(RabbitmqConnection& connection) override;
  void received(RabbitmqConnection& connection, RabbitmqConnection::News news) override;
  void lost(const std::string& why) override;
  void confirmed(const RabbitmqConnection::Confirmed& confirmed);

  const runtime::ModuleContext context_;
  prometheus::Counter& returned_;
  std::map<std::uint64_t, Pending> pending_;  ///< by tag; the worker's
  RabbitmqWorker worker_;                     // last: its thread uses the rest
};

class RabbitmqSource final : public Source, private RabbitmqWorker::Role {
 public:
  /// `shared`: the replicas share the queue of the service. Else this one has a queue of its own,
  /// which ends with the connection.
  RabbitmqSource(const runtime::ModuleContext& context, bool shared);

  void start(Listener listener) override;
  void accept(Place place) override;
  Task<> stop() override { return worker_.stop(); }

 private:
  void opened(RabbitmqConnection& connection) override;
  void received(RabbitmqConnection& connection, RabbitmqConnection::News news) override;
  void lost(const std::string& why) override;

  const runtime::ModuleContext context_;
  const bool shared_;
  std::shared_ptr<const Listener> listener_;
  std::uint64_t lane_ = 0;  ///< counts connections; the worker's
  RabbitmqWorker worker_;   // last: its thread uses the rest
};

}  // namespace souk::messaging::detail
