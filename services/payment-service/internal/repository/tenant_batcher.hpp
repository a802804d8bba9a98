#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "core/uuid.hpp"
#include "database/batcher.hpp"

namespace souk::payment {

/// A Batcher per tenant, for a transaction belongs to one tenant. Lives on one event loop.
template <class Command, class Reply>
class TenantBatcher {
 public:
  using Execute = std::function<Task<std::vector<Reply>>(TenantId, std::vector<Command>)>;

  TenantBatcher(boost::asio::any_io_executor loop, Execute execute, database::BatcherLimits limits)
      : loop_(std::move(loop)), execute_(std::move(execute)), limits_(limits) {}

  Task<Reply> submit(TenantId tenant, Command command,
                     std::chrono::steady_clock::time_point deadline) {
    return of(tenant).submit(std::move(command), deadline);
  }

 private:
  using One = database::Batcher<Command, Reply>;

  One& of(TenantId tenant) {
    const auto found = batchers_.find(tenant);
    if (found != batchers_.end()) return found->second;
    const auto run = [this, tenant](std::vector<Command> commands) {
      return execute_(tenant, std::move(commands));
    };
    return batchers_.try_emplace(tenant, loop_, run, limits_).first->second;
  }

  boost::asio::any_io_executor loop_;
  Execute execute_;
  database::BatcherLimits limits_;
  std::map<TenantId, One> batchers_;
};

}  // namespace souk::payment
