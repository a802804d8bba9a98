#pragma once

#include <memory>
#include <string>
#include <vector>

#include "messaging/bus.hpp"
#include "messaging/detail/broker.hpp"

namespace souk::messaging::detail {

/// The bus over any broker. A broker may fail to take the first of two messages and take the second,
/// so an aggregate's next event is sent only once the one before is safe: a batch goes out in waves
/// in which each aggregate has one event.
class BrokerBus final : public Bus {
 public:
  BrokerBus(const runtime::ModuleContext& context, std::unique_ptr<Publisher> publisher);

  Task<common::v1::DeliverReply> deliver(const std::string& subscriber,
                                         const common::v1::DeliverRequest& request) override;
  void cancel() override;
  Task<> stop() override { return publisher_->stop(); }

 private:
  void count(const std::string& subscriber, const std::vector<std::string>& verdicts);

  Metrics& metrics_;
  std::string service_;
  std::unique_ptr<Publisher> publisher_;
  bool cancelled_ = false;
};

}  // namespace souk::messaging::detail
