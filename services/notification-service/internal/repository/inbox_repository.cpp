#include "internal/repository/inbox_repository.hpp"

#include <charconv>
#include <cstdint>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace souk::notification::repository {
namespace {

using database::Query;

constexpr Query kInbox{"inbox.page", R"(
  SELECT m.id, m.kind, m.data, m.created_at, m.read_at, coalesce(c.locale, '') AS locale
  FROM messages m LEFT JOIN contacts c ON c.user_id = m.user_id
  WHERE m.user_id = $1 AND m.channel = 'inbox' AND (NOT $2 OR m.read_at IS NULL)
    AND ($3::uuid IS NULL OR m.id < $3::uuid)
  ORDER BY m.id DESC LIMIT $4)"};

constexpr Query kUnread{"inbox.unread", R"(
  SELECT count(*) AS unread FROM messages
  WHERE user_id = $1 AND channel = 'inbox' AND read_at IS NULL)"};

constexpr Query kReadOne{"inbox.read", R"(
  UPDATE messages SET read_at = coalesce(read_at, $3)
  WHERE id = $2 AND user_id = $1 AND channel = 'inbox'
  RETURNING id, kind, data, created_at, read_at,
    coalesce((SELECT c.locale FROM contacts c WHERE c.user_id = $1), '') AS locale)"};

constexpr Query kReadAll{"inbox.read_all", R"(
  UPDATE messages SET read_at = $2
  WHERE user_id = $1 AND channel = 'inbox' AND read_at IS NULL)"};

constexpr Query kNoteOrders{"live_event.note_orders", R"(
  INSERT INTO live_events (event_id, user_id, type, data, created_at)
  SELECT n.event_id, n.user_id, 'order', n.data, $4
  FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[]) WITH ORDINALITY
       AS n (event_id, user_id, data, at)
  ORDER BY n.at)"};

constexpr Query kHorizon{"live_event.horizon",
                         "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid"};

constexpr Query kAllAfter{"live_event.all_after", R"(
  SELECT xid::text AS xid, seq, user_id, type, data::text AS data FROM live_events
  WHERE (xid, seq) > ($1::text::xid8, $2) AND xid < $3::text::xid8 ORDER BY xid, seq LIMIT $4)"};

constexpr Query kUsersAfter{"live_event.users_after", R"(
  SELECT xid::text AS xid, seq, user_id, type, data::text AS data FROM live_events
  WHERE user_id = $5 AND (xid, seq) > ($1::text::xid8, $2) AND xid < $3::text::xid8
  ORDER BY xid, seq LIMIT $4)"};

constexpr Query kForgetLive{"live_event.forget", "DELETE FROM live_events WHERE created_at < $1"};

/// Where an event stands: its transaction, and its number.
struct Position {
  std::uint64_t xid = 0;
  std::int64_t seq = 0;
};

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && failure == std::errc{} && end == text.data() + text.size();
}

/// "812-4711"; empty for anything else, which clients make up as they like.
std::optional<Position> read_position(std::string_view text) {
  const auto dash = text.find('-');
  Position position;
  if (dash == std::string_view::npos || !read_number(text.substr(0, dash), position.xid) ||
      !read_number(text.substr(dash + 1), position.seq) || position.seq < 0) {
    return std::nullopt;
  }
  return position;
}

InboxItem read_item(const database::Row& row) {
  return {.id = row.get<MessageId>("id"),
          .kind = row.get<std::string>("kind"),
          .data = boost::json::parse(row.get<std::string>("data")).as_object(),
          .created_at = row.get<Time>("created_at"),
          .read_at = row.get<std::optional<Time>>("read_at"),
          .locale = row.get<std::string>("locale")};
}

Happening read_happening(const database::Row& row) {
  return {
      .position = fmt::format("{}-{}", row.get<std::string>("xid"), row.get<std::int64_t>("seq")),
      .user = row.get<UserId>("user_id"),
      .type = row.get<std::string>("type"),
      .data = row.get<std::string>("data")};
}

Task<database::Rows> rows_after(database::Database& database, database::Scope scope, Position from,
                                std::string horizon, std::optional<UserId> user, int limit) {
  const auto xid = std::to_string(from.xid);
  if (user)
    co_return co_await database.query(scope, kUsersAfter, xid, from.seq, horizon, limit, *user);
  co_return co_await database.query(scope, kAllAfter, xid, from.seq, horizon, limit);
}

}  // namespace

Task<InboxPage> inbox(database::Database& database, database::Scope scope, UserId user,
                      bool unread_only, const std::optional<std::string>& before, int limit) {
  InboxPage page;
  for (const auto& row : co_await database.query(scope, kInbox, user, unread_only, before, limit)) {
    page.items.push_back(read_item(row));
  }
  const auto counted = co_await database.query_one(scope, kUnread, user);
  page.unread = counted.get<std::int64_t>("unread");
  co_return page;
}

Task<std::optional<InboxItem>> read_one(database::Database& database, database::Scope scope,
                                        UserId user, MessageId id, Time now) {
  const auto row = co_await database.query_optional(scope, kReadOne, user, id, now);
  if (!row) co_return std::nullopt;
  co_return read_item(*row);
}

Task<std::int64_t> read_all(database::Database& database, database::Scope scope, UserId user,
                            Time now) {
  const auto rows = co_await database.query(scope, kReadAll, user, now);
  co_return static_cast<std::int64_t>(rows.affected());
}

void note_orders(database::Transaction& tx, const std::vector<OrderNews>& news, Time now) {
  std::vector<EventId> events;
  std::vector<UserId> users;
  std::vector<std::string> data;
  for (const auto& one : news) {
    events.push_back(one.event);
    users.push_back(one.user);
    data.push_back(one.data);
  }
  tx.queue(kNoteOrders, events, users, data, now);
}

// The horizon is looked at before the rows, so they are complete below it.
Task<Happenings> happenings(database::Database& database, database::Scope scope,
                            const std::string& after, const std::optional<UserId>& user,
                            int limit) {
  const auto horizon = (co_await database.query_one(scope, kHorizon)).get<std::string>("xid");
  std::uint64_t end = 0;
  read_number(horizon, end);
  Happenings found{.items = {}, .position = fmt::format("{}-0", end), .more = false};
  const auto from = read_position(after);
  if (!from || from->xid > end) co_return found;
  for (const auto& row : co_await rows_after(database, scope, *from, horizon, user, limit)) {
    found.items.push_back(read_happening(row));
  }
  found.more = found.items.size() == static_cast<std::size_t>(limit);
  if (found.more) found.position = found.items.back().position;
  co_return found;
}

Task<std::size_t> forget_happenings(database::Database& database, database::Scope scope,
                                    Time before) {
  const auto rows = co_await database.query(scope, kForgetLive, before);
  co_return rows.affected();
}

}  // namespace souk::notification::repository
