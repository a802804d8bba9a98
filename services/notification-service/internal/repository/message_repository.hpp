#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/channels.hpp"

namespace souk::notification {

/// The SQL of messages and contacts. Stateless; the caller owns the transaction.
namespace repository {

void save_contacts(database::Transaction& tx, const std::vector<Contact>& contacts);

/// The language that a user reads; empty where it is not known.
Task<std::string> locale_of(database::Database& database, database::Scope scope, UserId user);

/// What has been queued and is to be sent now.
struct Queued {
  std::vector<DueMessage> leased;  ///< mails; nobody else gets them before their lease is over
  bool due = false;                ///< there are others, for whoever looks first
};
/// Queues those that their users want and can be reached by, each under the id beside it. One message per event,
/// user and channel: an event that has its message already is passed over. What goes to the inbox is there, and
/// shown to who looks on. With `lease_until` the mails are leased to the caller: it has to send them.
Task<Queued> queue(database::Transaction& tx, const std::vector<ChannelMessage>& messages,
                   const std::vector<MessageId>& ids, Time now, std::optional<Time> lease_until);

/// Up to `limit` messages that are due, of any tenant, leased until `lease_until`: nobody else gets them before then.
Task<std::vector<DueMessage>> lease_due(database::Database& database, database::Scope scope,
                                        int limit, Time now, Time lease_until);

/// What is on record of a message once its provider has taken it.
struct Dispatch {
  MessageId id;
  std::string recipient;
  std::string subject;
  Time at;
};
Task<> mark_sent(database::Database& database, database::Scope scope,
                 const std::vector<Dispatch>& dispatches);
Task<> mark_failed(database::Database& database, database::Scope scope, const DueMessage& message,
                   const std::string& error, std::optional<Time> next_attempt);
/// It was not tried: the attempt does not count.
Task<> put_back(database::Database& database, database::Scope scope, const DueMessage& message,
                const std::string& reason, Time next_attempt);

/// They were leased and not tried: whoever looks next gets them.
Task<> give_back(database::Database& database, database::Scope scope,
                 const std::vector<MessageId>& messages, Time now);

/// Which messages a list holds; what is empty does not matter.
struct MessageFilter {
  std::string status = {};
  std::string recipient = {};  ///< part of the address
  std::string channel = {};
  std::string kind = {};
};

/// Newest first; `before`: the id that the last page ended with.
Task<std::vector<SentMessage>> list(database::Database& database, database::Scope scope,
                                    const MessageFilter& filter,
                                    const std::optional<std::string>& before, int limit);

}  // namespace repository
}  // namespace souk::notification
