#pragma once

#include <optional>
#include <vector>

#include "database/database.hpp"
#include "internal/models/channels.hpp"

namespace souk::notification {

struct InboxPage {
  std::vector<InboxItem> items;
  std::int64_t unread = 0;
};

/// What happened to a user, for those who look on.
struct Happening {
  std::string position;
  UserId user;
  std::string type;
  std::string data;
};

/// An order's new state, as those who look on are shown it.
struct OrderNews {
  EventId event;
  UserId user;
  std::string data;
};

struct Happenings {
  std::vector<Happening> items;
  std::string position;  ///< complete up to here
  bool more = false;
};

/// The SQL of the inbox (messages of that channel) and of live_events. Stateless.
namespace repository {

/// Newest first; `before`: the id that the last page ended with.
Task<InboxPage> inbox(database::Database& database, database::Scope scope, UserId user,
                      bool unread_only, const std::optional<std::string>& before, int limit);
/// Empty where the user has no such message. Reading twice keeps the first time.
Task<std::optional<InboxItem>> read_one(database::Database& database, database::Scope scope,
                                        UserId user, MessageId id, Time now);
Task<std::int64_t> read_all(database::Database& database, database::Scope scope, UserId user,
                            Time now);

/// The states of orders, for their users, in this order.
void note_orders(database::Transaction& tx, const std::vector<OrderNews>& news, Time now);

/// What came after `after`, oldest first, of one user or of all. From nowhere, and from a position that
/// this database has never given out, only the present position is told.
Task<Happenings> happenings(database::Database& database, database::Scope scope,
                            const std::string& after, const std::optional<UserId>& user, int limit);
Task<std::size_t> forget_happenings(database::Database& database, database::Scope scope,
                                    Time before);

}  // namespace repository
}  // namespace souk::notification
