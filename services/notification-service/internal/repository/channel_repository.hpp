#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/channels.hpp"

namespace souk::notification {

/// What became of a retry: no message where there is none of that id.
struct Retried {
  std::optional<SentMessage> message;
  bool done = false;  ///< false: it had not failed, or has lost the link that it is about
};

/// The SQL of messages on channels other than e-mail, and of the numbers they go to. Stateless.
namespace repository {

/// Up to `limit` messages of a channel that are due, of any tenant, leased until `lease_until`: nobody else
/// gets them before then.
Task<std::vector<ChannelDue>> lease_channel(database::Database& database, database::Scope scope,
                                            Channel channel, int limit, Time now, Time lease_until);
Task<> note_sent(database::Database& database, database::Scope scope, MessageId id,
                 const std::string& recipient, const std::string& subject, Time now);
/// Without a next attempt it has failed. `counted`: whether the attempt was one.
Task<> note_not_sent(database::Database& database, database::Scope scope, MessageId id,
                     const std::string& error, std::optional<Time> next_attempt, bool counted);
/// This device has it, whatever becomes of the others.
Task<> note_reached(database::Database& database, database::Scope scope, MessageId id, Uuid device);

/// A failed message, of any channel, is queued again, with all its attempts before it.
Task<Retried> retry(database::Database& database, database::Scope scope, MessageId id, Time now);

/// The profile's number; of a user who is not known yet, too.
void save_phone(database::Transaction& tx, UserId user, const std::string& phone);
/// No SMS goes to this number again, until the profile has another.
Task<> refuse_phone(database::Database& database, database::Scope scope, UserId user,
                    const std::string& phone);

}  // namespace repository
}  // namespace souk::notification
