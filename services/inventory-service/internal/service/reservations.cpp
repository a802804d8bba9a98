#include "internal/service/reservations.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/failpoint.hpp"

namespace souk::inventory {
namespace {

/// unique_violation: another replica has made the hold that we did not see. It is visible now.
constexpr std::string_view kHoldExists = "23505";
/// Each repetition needs another replica to have been faster once more, with the same order.
constexpr int kAttempts = 3;

}  // namespace

struct Reservations::Group {
  rpc::Deadline deadline{};  // the latest of its requests': a batch is not cut off by its first
  std::vector<std::size_t> positions;  // in the batch
};

Reservations::Reservations(boost::asio::any_io_executor loop, database::Database& database,
                           Warehouse& warehouse)
    : database_(database),
      warehouse_(warehouse),
      batcher_(std::move(loop),
               [this](std::vector<Request> requests) { return execute(std::move(requests)); }) {}

Task<Reservation> Reservations::submit(const rpc::Call& call, Command command) {
  auto answer = co_await batcher_.submit({call, std::move(command)}, call.deadline);
  if (!answer) throw Error{answer.error()};
  co_return std::move(*answer);
}

Task<std::vector<Reservations::Answer>> Reservations::execute(std::vector<Request> requests) {
  std::map<TenantId, Group> groups;  // a transaction has one tenant
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto& group = groups[requests[i].call.identity.tenant];
    group.deadline = std::max(group.deadline, requests[i].call.deadline);
    group.positions.push_back(i);
  }
  std::vector<Answer> answers(requests.size());
  for (const auto& [tenant, group] : groups) {
    co_await execute_group(requests, group, answers);
  }
  co_return answers;
}

Task<> Reservations::execute_group(const std::vector<Request>& requests, const Group& group,
                                   std::vector<Answer>& answers) {
  const auto& call = requests[group.positions.front()].call;
  std::vector<Command> commands;
  for (const auto at : group.positions) commands.push_back(requests[at].command);
  const database::Scope scope{
      call.identity.tenant, group.deadline,
      trace_of_batch(group.positions, [&](std::size_t at) { return requests[at].call.trace; })};
  for (int attempt = 1;; ++attempt) {
    try {
      auto results = co_await database_.transact(
          scope, [&](database::Transaction& tx) { return apply(tx, call, commands); });
      SOUK_FAILPOINT("inventory.after_reserve", group.deadline);
      for (std::size_t i = 0; i < results.size(); ++i) {
        answers[group.positions[i]] = std::move(results[i]);
      }
      co_return;
    } catch (const database::DatabaseError& error) {
      if (error.sqlstate() != kHoldExists || attempt == kAttempts) throw;
    }
  }
}

Task<std::vector<Reservations::Answer>> Reservations::apply(database::Transaction& tx,
                                                            const rpc::Call& call,
                                                            const std::vector<Command>& commands) {
  auto answers = co_await warehouse_.apply(tx, call, commands);
  SOUK_FAILPOINT("inventory.before_commit_reserve", call.deadline);
  co_return answers;
}

}  // namespace souk::inventory
