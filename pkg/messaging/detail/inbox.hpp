#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/events.pb.h"
#include "core/uuid.hpp"
#include "database/transaction.hpp"

/// The SQL of inbox and dead_letters. Everything runs inside the caller's transaction.
namespace souk::messaging::detail {

/// Records the events as applied; gives back those that had not been. Waits for another transaction
/// that is about to record one of them.
Task<std::set<EventId>> claim(database::Transaction& tx, std::vector<EventId> ids);

/// Counts a failure of an event; empty if it was applied meanwhile.
Task<std::optional<int>> count_failure(database::Transaction& tx, EventId id);

/// Those of the aggregates whose events queue in dead_letters. Waits for a replay that is just
/// about to take the last one out.
Task<std::set<std::string>> parked(database::Transaction& tx,
                                   const std::set<std::string>& aggregates);

/// Queues a dead letter.
void bury(database::Transaction& tx, const common::v1::Event& event, const std::string& reason,
          int attempts);

/// A dead letter, locked.
struct Letter {
  std::int64_t seq;
  common::v1::Event event;
};

/// The oldest of an aggregate.
Task<std::optional<Letter>> oldest_letter(database::Transaction& tx, const std::string& aggregate);
void remove_letter(database::Transaction& tx, std::int64_t seq);
/// Queues the count and the reason of one more failure of the aggregate's oldest letter.
void fail_letter(database::Transaction& tx, const std::string& aggregate,
                 const std::string& reason);

}  // namespace souk::messaging::detail
