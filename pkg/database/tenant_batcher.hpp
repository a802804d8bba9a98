#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "core/uuid.hpp"
#include "database/batcher.hpp"

namespace souk::database {

/// A Batcher per tenant, for a transaction belongs to one tenant. Lives on one event loop, no locks.
template <class Command, class Reply>
class TenantBatcher {
 public:
  using Execute = std::function<Task<std::vector<Reply>>(TenantId, std::vector<Command>)>;
  using Deadline = typename Batcher<Command, Reply>::Deadline;

  TenantBatcher(boost::asio::any_io_executor loop, Execute execute, BatcherLimits limits = {})
      : loop_(std::move(loop)), execute_(std::move(execute)), limits_(limits) {}

  /// As Batcher::submit.
  Task<Reply> submit(TenantId tenant, Command command, Deadline deadline) {
    return of(tenant).submit(std::move(command), deadline);
  }

 private:
  using One = Batcher<Command, Reply>;

  One& of(TenantId tenant) {
    const auto found = batchers_.find(tenant);
    if (found != batchers_.end()) return found->second;
    const auto run = [execute = execute_, tenant](std::vector<Command> commands) {
      return execute(tenant, std::move(commands));
    };
    return batchers_.try_emplace(tenant, loop_, run, limits_).first->second;
  }

  boost::asio::any_io_executor loop_;
  Execute execute_;
  BatcherLimits limits_;
  std::map<TenantId, One> batchers_;
};

}  // namespace souk::database
