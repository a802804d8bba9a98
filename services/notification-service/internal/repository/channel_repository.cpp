#include "internal/repository/channel_repository.hpp"

#include <boost/json/parse.hpp>

namespace souk::notification::repository {
namespace {

using database::Query;

// As for mails: the lease moves next_attempt_at on.
constexpr Query kLeaseChannel{"message.lease_channel", R"(
  WITH due AS (
    SELECT id FROM messages WHERE status = 'queued' AND channel = $4 AND next_attempt_at <= $1
    ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED),
  leased AS (
    UPDATE messages m SET next_attempt_at = $2, attempts = attempts + 1
    FROM due WHERE m.id = due.id RETURNING m.*)
  SELECT l.id, l.tenant_id, l.user_id, l.kind, l.data, l.attempts - 1 AS attempts, l.reached,
         CASE WHEN f.phone <> f.refused_phone THEN f.phone ELSE '' END AS phone,
         coalesce(c.locale, '') AS locale
  FROM leased l LEFT JOIN phones f ON f.user_id = l.user_id AND f.tenant_id = l.tenant_id
  LEFT JOIN contacts c ON c.user_id = l.user_id AND c.tenant_id = l.tenant_id
  ORDER BY l.id)"};

constexpr Query kNoteSent{"message.note_sent", R"(
  UPDATE messages SET status = 'sent', sent_at = $2, recipient = $3, subject = $4, last_error = ''
  WHERE id = $1 AND status = 'queued')"};

constexpr Query kNoteNotSent{"message.note_not_sent", R"(
  UPDATE messages SET last_error = $2, next_attempt_at = coalesce($3, next_attempt_at),
    attempts = attempts - CASE WHEN $4 THEN 0 ELSE 1 END,
    status = CASE WHEN $3::timestamptz IS NULL THEN 'failed' ELSE status END
  WHERE id = $1 AND status = 'queued')"};

constexpr Query kNoteReached{"message.note_reached", R"(
  UPDATE messages SET reached = array_append(reached, $2::uuid) WHERE id = $1 AND status = 'queued')"};

constexpr Query kRetry{"message.retry", R"(
  WITH retried AS (
    UPDATE messages SET status = 'queued', attempts = 0, next_attempt_at = $2
    WHERE id = $1 AND status = 'failed' AND (data ? 'secret_link' OR kind <> ALL($3::text[]))
    RETURNING id)
  SELECT m.id, m.user_id, m.kind, m.channel, m.recipient, m.subject, m.attempts, m.created_at,
         m.sent_at, m.last_error, r.id IS NOT NULL AS retried,
         CASE WHEN r.id IS NULL THEN m.status ELSE 'queued' END AS status
  FROM messages m LEFT JOIN retried r ON r.id = m.id WHERE m.id = $1)"};

constexpr Query kSavePhone{"phone.save", R"(
  INSERT INTO phones (user_id, phone) VALUES ($1, $2)
  ON CONFLICT ON CONSTRAINT phones_pkey DO UPDATE SET phone = excluded.phone)"};

constexpr Query kRefusePhone{"phone.refuse", R"(
  UPDATE phones SET refused_phone = phone WHERE user_id = $1 AND phone = $2)"};

ChannelDue read_channel_due(const database::Row& row) {
  return {.id = row.get<MessageId>("id"),
          .tenant = row.get<TenantId>("tenant_id"),
          .user = row.get<UserId>("user_id"),
          .kind = row.get<std::string>("kind"),
          .data = boost::json::parse(row.get<std::string>("data")).as_object(),
          .attempts = row.get<std::int32_t>("attempts"),
          .phone = row.get<std::optional<std::string>>("phone").value_or(""),
          .locale = row.get<std::string>("locale"),
          .reached = row.get<std::vector<std::string>>("reached")};
}

SentMessage read_retried(const database::Row& row) {
  const bool retried = row.get<bool>("retried");
  return {.id = row.get<MessageId>("id"),
          .user = row.get<UserId>("user_id"),
          .kind = row.get<std::string>("kind"),
          .channel = row.get<std::string>("channel"),
          .recipient = row.get<std::string>("recipient"),
          .subject = row.get<std::string>("subject"),
          .status = row.get<std::string>("status"),
          .attempts = retried ? 0 : row.get<std::int32_t>("attempts"),
          .created_at = row.get<Time>("created_at"),
          .sent_at = row.get<std::optional<Time>>("sent_at"),
          .last_error = row.get<std::string>("last_error")};
}

}  // namespace

Task<std::vector<ChannelDue>> lease_channel(database::Database& database, database::Scope scope,
                                            Channel channel, int limit, Time now,
                                            Time lease_until) {
  const auto rows = co_await database.query(scope, kLeaseChannel, now, lease_until, limit,
                                            std::string{name(channel)});
  std::vector<ChannelDue> due;
  for (const auto& row : rows) due.push_back(read_channel_due(row));
  co_return due;
}

Task<> note_sent(database::Database& database, database::Scope scope, MessageId id,
                 const std::string& recipient, const std::string& subject, Time now) {
  co_await database.query(scope, kNoteSent, id, now, recipient, subject);
}

Task<> note_not_sent(database::Database& database, database::Scope scope, MessageId id,
                     const std::string& error, std::optional<Time> next_attempt, bool counted) {
  co_await database.query(scope, kNoteNotSent, id, error, next_attempt, counted);
}

Task<> note_reached(database::Database& database, database::Scope scope, MessageId id,
                    Uuid device) {
  co_await database.query(scope, kNoteReached, id, device);
}

Task<Retried> retry(database::Database& database, database::Scope scope, MessageId id, Time now) {
  static const std::vector<std::string> link_mails{kLinkMails.begin(), kLinkMails.end()};
  const auto row = co_await database.query_optional(scope, kRetry, id, now, link_mails);
  if (!row) co_return Retried{};
  co_return Retried{read_retried(*row), row->get<bool>("retried")};
}

void save_phone(database::Transaction& tx, UserId user, const std::string& phone) {
  tx.queue(kSavePhone, user, phone);
}

Task<> refuse_phone(database::Database& database, database::Scope scope, UserId user,
                    const std::string& phone) {
  co_await database.query(scope, kRefusePhone, user, phone);
}

}  // namespace souk::notification::repository
