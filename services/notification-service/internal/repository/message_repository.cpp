#include "internal/repository/message_repository.hpp"

#include <map>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace souk::notification::repository {
namespace {

using database::Query;

constexpr Query kSaveContacts{
    "contact.save",
    "INSERT INTO contacts (user_id, email, full_name, locale) "
    "SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) "
    "ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, full_name = excluded.full_name, "
    "locale = excluded.locale"};

constexpr Query kLocaleOf{"contact.locale", "SELECT locale FROM contacts WHERE user_id = $1"};

// Whoever looks on is told of what came into the inbox in the same statement. $10: until when mails are leased to
// the one who queues them, as below.
constexpr Query kQueue{"message.queue", R"(
  WITH added AS (
    INSERT INTO messages (id, event_id, user_id, kind, channel, data, recipient, created_at,
                          next_attempt_at, attempts, status, sent_at)
    SELECT m.id, m.event_id, m.user_id, m.kind, m.channel, m.data, m.recipient, $9::timestamptz,
           CASE m.channel WHEN 'email' THEN coalesce($10::timestamptz, $9::timestamptz)
                          ELSE $9::timestamptz END,
           CASE WHEN m.channel = 'email' AND $10::timestamptz IS NOT NULL THEN 1 ELSE 0 END,
           CASE m.channel WHEN 'inbox' THEN 'sent' ELSE 'queued' END,
           CASE m.channel WHEN 'inbox' THEN $9::timestamptz END
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::text[],
                $8::boolean[])
         AS m (id, event_id, user_id, kind, channel, data, recipient, by_default)
    LEFT JOIN preferences p
      ON p.user_id = m.user_id AND p.kind = m.kind AND p.channel = m.channel
    LEFT JOIN phones f ON m.channel = 'sms' AND f.user_id = m.user_id
    WHERE coalesce(p.enabled, m.by_default)
      AND (m.channel <> 'sms' OR (f.phone <> '' AND f.phone <> f.refused_phone))
      AND (m.channel <> 'push' OR EXISTS (SELECT FROM devices d WHERE d.user_id = m.user_id))
    ON CONFLICT ON CONSTRAINT messages_once_per_event DO NOTHING
    RETURNING id, tenant_id, event_id, user_id, kind, channel, recipient),
  shown AS (
    INSERT INTO live_events (event_id, user_id, type, data, created_at)
    SELECT event_id, user_id, 'message', jsonb_build_object('id', id, 'kind', kind), $9::timestamptz
    FROM added WHERE channel = 'inbox' ORDER BY id)
  SELECT a.id, a.tenant_id, a.channel = 'email' AND $10::timestamptz IS NOT NULL AS leased,
         coalesce(nullif(a.recipient, ''), c.email, '') AS email,
         coalesce(c.full_name, '') AS full_name, coalesce(c.locale, '') AS locale,
         b.email IS NOT NULL AS bounced
  FROM added a LEFT JOIN contacts c ON c.user_id = a.user_id
  LEFT JOIN bounced_addresses b ON b.email = coalesce(nullif(a.recipient, ''), c.email)
  WHERE a.channel <> 'inbox' ORDER BY a.id)"};

// The lease moves next_attempt_at on, so a sender that dies gives its messages back by doing nothing.
constexpr Query kLeaseDue{
    "message.lease_due",
    "WITH due AS (SELECT id FROM messages WHERE status = 'queued' AND next_attempt_at <= $1 "
    "             AND channel = 'email' "
    "             ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED), "
    "leased AS (UPDATE messages m SET next_attempt_at = $2, attempts = attempts + 1 FROM due WHERE "
    "m.id = due.id "
    "           RETURNING m.*) "
    "SELECT l.id, l.tenant_id, l.user_id, l.kind, l.data, l.attempts - 1 AS attempts, "
    "coalesce(nullif(l.recipient, ''), c.email, '') AS email, "
    "coalesce(c.full_name, '') AS full_name, coalesce(c.locale, '') AS locale, b.email IS NOT NULL "
    "AS "
    "bounced "
    "FROM leased l LEFT JOIN contacts c ON c.user_id = l.user_id AND c.tenant_id = l.tenant_id "
    "LEFT JOIN bounced_addresses b ON b.tenant_id = l.tenant_id "
    "  AND b.email = coalesce(nullif(l.recipient, ''), c.email) "
    "ORDER BY l.id"};

constexpr Query kMarkSent{
    "message.mark_sent",
    "UPDATE messages m SET status = 'sent', sent_at = n.at, recipient = n.recipient, "
    "subject = n.subject, last_error = '', data = m.data - 'secret_link' "
    "FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) "
    "AS n(id, at, recipient, subject) "
    "WHERE m.id = n.id AND m.status = 'queued'"};

constexpr Query kMarkFailed{
    "message.mark_failed",
    "UPDATE messages SET last_error = $2, next_attempt_at = coalesce($3, next_attempt_at), "
    "status = CASE WHEN $3::timestamptz IS NULL THEN 'failed' ELSE status END, "
    "data = CASE WHEN $3::timestamptz IS NULL THEN data - 'secret_link' ELSE data END "
    "WHERE id = $1 AND status = 'queued'"};

constexpr Query kPutBack{
    "message.put_back",
    "UPDATE messages SET attempts = attempts - 1, last_error = $2, next_attempt_at = $3 "
    "WHERE id = $1 AND status = 'queued' AND attempts > 0"};

constexpr Query kGiveBack{"message.give_back",
                          "UPDATE messages SET attempts = attempts - 1, next_attempt_at = $2 "
                          "WHERE id = ANY($1::uuid[]) AND status = 'queued' AND attempts > 0"};

constexpr Query kList{
    "message.list",
    "SELECT id, user_id, kind, channel, recipient, subject, status, attempts, created_at, sent_at, "
    "last_error "
    "FROM messages WHERE ($1 = '' OR status = $1) AND ($2::uuid IS NULL OR id < $2::uuid) "
    "AND ($4 = '' OR strpos(lower(recipient), lower($4)) > 0) AND ($5 = '' OR channel = $5) "
    "AND ($6 = '' OR kind = $6) "
    "ORDER BY id DESC LIMIT $3"};

DueMessage read_due(const database::Row& row) {
  return {.id = row.get<MessageId>("id"),
          .tenant = row.get<TenantId>("tenant_id"),
          .user = row.get<UserId>("user_id"),
          .kind = row.get<std::string>("kind"),
          .data = boost::json::parse(row.get<std::string>("data")).as_object(),
          .attempts = row.get<std::int32_t>("attempts"),
          .email = row.get<std::string>("email"),
          .full_name = row.get<std::string>("full_name"),
          .locale = row.get<std::string>("locale"),
          .bounced = row.get<bool>("bounced")};
}

DueMessage leased(const database::Row& row, const NewMessage& message) {
  return {.id = row.get<MessageId>("id"),
          .tenant = row.get<TenantId>("tenant_id"),
          .user = message.user,
          .kind = message.kind,
          .data = message.data,
          .email = row.get<std::string>("email"),
          .full_name = row.get<std::string>("full_name"),
          .locale = row.get<std::string>("locale"),
          .bounced = row.get<bool>("bounced")};
}

/// A link that lets somebody in is for whoever holds the mailbox, and nobody else.
boost::json::object shown_on(Channel channel, boost::json::object data) {
  if (channel != Channel::email) data.erase(kSecretLink);
  return data;
}

SentMessage read_sent(const database::Row& row) {
  return {.id = row.get<MessageId>("id"),
          .user = row.get<UserId>("user_id"),
          .kind = row.get<std::string>("kind"),
          .channel = row.get<std::string>("channel"),
          .recipient = row.get<std::string>("recipient"),
          .subject = row.get<std::string>("subject"),
          .status = row.get<std::string>("status"),
          .attempts = row.get<std::int32_t>("attempts"),
          .created_at = row.get<Time>("created_at"),
          .sent_at = row.get<std::optional<Time>>("sent_at"),
          .last_error = row.get<std::string>("last_error")};
}

}  // namespace

void save_contacts(database::Transaction& tx, const std::vector<Contact>& contacts) {
  std::vector<UserId> users;
  std::vector<std::string> emails;
  std::vector<std::string> names;
  std::vector<std::string> locales;
  for (const auto& contact : contacts) {
    users.push_back(contact.user);
    emails.push_back(contact.email);
    names.push_back(contact.full_name);
    locales.push_back(contact.locale);
  }
  tx.queue(kSaveContacts, users, emails, names, locales);
}

Task<std::string> locale_of(database::Database& database, database::Scope scope, UserId user) {
  const auto row = co_await database.query_optional(scope, kLocaleOf, user);
  co_return row ? row->get<std::string>("locale") : std::string{};
}

Task<Queued> queue(database::Transaction& tx, const std::vector<ChannelMessage>& messages,
                   const std::vector<MessageId>& ids, Time now, std::optional<Time> lease_until) {
  std::vector<EventId> events;
  std::vector<UserId> users;
  std::vector<std::string> kinds;
  std::vector<std::string> channels;
  std::vector<std::string> data;
  std::vector<std::string> recipients;
  std::vector<bool> by_default;
  std::map<MessageId, const NewMessage*> by_id;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto& [message, channel, wanted] = messages[i];
    by_id.emplace(ids[i], message);
    events.push_back(message->event);
    users.push_back(message->user);
    kinds.push_back(message->kind);
    channels.emplace_back(name(channel));
    data.push_back(boost::json::serialize(shown_on(channel, message->data)));
    recipients.push_back(channel == Channel::email ? message->recipient : std::string{});
    by_default.push_back(wanted);
  }
  Queued queued;
  for (const auto& row : co_await tx.query(kQueue, ids, events, users, kinds, channels, data,
                                           recipients, by_default, now, lease_until)) {
    if (row.get<bool>("leased")) {
      queued.leased.push_back(leased(row, *by_id.at(row.get<MessageId>("id"))));
    } else {
      queued.due = true;
    }
  }
  co_return queued;
}

Task<std::vector<DueMessage>> lease_due(database::Database& database, database::Scope scope,
                                        int limit, Time now, Time lease_until) {
  const auto rows = co_await database.query(scope, kLeaseDue, now, lease_until, limit);
  std::vector<DueMessage> due;
  for (const auto& row : rows) due.push_back(read_due(row));
  co_return due;
}

Task<> mark_sent(database::Database& database, database::Scope scope,
                 const std::vector<Dispatch>& dispatches) {
  std::vector<MessageId> ids;
  std::vector<Time> times;
  std::vector<std::string> recipients;
  std::vector<std::string> subjects;
  for (const auto& dispatch : dispatches) {
    ids.push_back(dispatch.id);
    times.push_back(dispatch.at);
    recipients.push_back(dispatch.recipient);
    subjects.push_back(dispatch.subject);
  }
  co_await database.query(scope, kMarkSent, ids, times, recipients, subjects);
}

Task<> mark_failed(database::Database& database, database::Scope scope, const DueMessage& message,
                   const std::string& error, std::optional<Time> next_attempt) {
  co_await database.query(scope, kMarkFailed, message.id, error, next_attempt);
}

Task<> put_back(database::Database& database, database::Scope scope, const DueMessage& message,
                const std::string& reason, Time next_attempt) {
  co_await database.query(scope, kPutBack, message.id, reason, next_attempt);
}

Task<> give_back(database::Database& database, database::Scope scope,
                 const std::vector<MessageId>& messages, Time now) {
  co_await database.query(scope, kGiveBack, messages, now);
}

Task<std::vector<SentMessage>> list(database::Database& database, database::Scope scope,
                                    const MessageFilter& filter,
                                    const std::optional<std::string>& before, int limit) {
  const auto rows = co_await database.query(scope, kList, filter.status, before, limit,
                                            filter.recipient, filter.channel, filter.kind);
  std::vector<SentMessage> messages;
  for (const auto& row : rows) messages.push_back(read_sent(row));
  co_return messages;
}

}  // namespace souk::notification::repository
