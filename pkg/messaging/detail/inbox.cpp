#include "messaging/detail/inbox.hpp"

#include <algorithm>

namespace souk::messaging::detail {
namespace {

using database::Bytes;
using database::Query;

// A row that only counts failures becomes one that was applied. In the order of the ids, so that
// two deliveries of the same events cannot wait for each other.
constexpr Query kClaim{"inbox.claim", R"(
  INSERT INTO inbox (event_id, applied_at)
  SELECT id, now() FROM unnest($1::uuid[]) AS id
  ON CONFLICT (event_id) DO UPDATE SET applied_at = now() WHERE inbox.applied_at IS NULL
  RETURNING event_id)"};
constexpr Query kCountFailure{"inbox.count_failure", R"(
  INSERT INTO inbox (event_id, attempts) VALUES ($1, 1)
  ON CONFLICT (event_id) DO UPDATE SET attempts = inbox.attempts + 1 WHERE inbox.applied_at IS NULL
  RETURNING attempts)"};

// The lock waits for a replay that deletes the row; once it is gone, the aggregate is parked no
// more.
constexpr Query kParked{"dead_letters.parked", R"(
  SELECT letter.aggregate_id FROM unnest($1::text[]) AS name,
    LATERAL (SELECT aggregate_id FROM dead_letters WHERE aggregate_id = name
             ORDER BY seq LIMIT 1 FOR KEY SHARE) AS letter)"};
constexpr Query kBury{"dead_letters.insert", R"(
  INSERT INTO dead_letters (event_id, topic, aggregate_id, event, reason, attempts)
  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT ON CONSTRAINT dead_letters_once DO NOTHING)"};
constexpr Query kOldest{"dead_letters.oldest", R"(
  SELECT seq, event FROM dead_letters WHERE aggregate_id = $1 ORDER BY seq LIMIT 1 FOR UPDATE)"};
constexpr Query kRemove{"dead_letters.remove", "DELETE FROM dead_letters WHERE seq = $1"};
constexpr Query kFail{"dead_letters.fail", R"(
  UPDATE dead_letters SET attempts = attempts + 1, reason = $2
  WHERE seq = (SELECT min(seq) FROM dead_letters WHERE aggregate_id = $1))"};

}  // namespace

Task<std::set<EventId>> claim(database::Transaction& tx, std::vector<EventId> ids) {
  std::ranges::sort(ids);
  const auto twins = std::ranges::unique(ids);
  ids.erase(twins.begin(), twins.end());
  std::set<EventId> fresh;
  for (const auto& row : co_await tx.query(kClaim, ids)) fresh.insert(row.get<EventId>("event_id"));
  co_return fresh;
}

Task<std::optional<int>> count_failure(database::Transaction& tx, EventId id) {
  const auto row = co_await tx.query_optional(kCountFailure, id);
  if (!row) co_return std::nullopt;
  co_return row->get<std::int32_t>("attempts");
}

Task<std::set<std::string>> parked(database::Transaction& tx,
                                   const std::set<std::string>& aggregates) {
  std::set<std::string> names;
  const auto rows =
      co_await tx.query(kParked, std::vector<std::string>{aggregates.begin(), aggregates.end()});
  for (const auto& row : rows) names.insert(row.get<std::string>("aggregate_id"));
  co_return names;
}

void bury(database::Transaction& tx, const common::v1::Event& event, const std::string& reason,
          int attempts) {
  const auto bytes = event.SerializeAsString();
  tx.queue(kBury, event.id(), event.topic(), event.aggregate_id(),
           Bytes{bytes.begin(), bytes.end()}, reason, attempts);
}

Task<std::optional<Letter>> oldest_letter(database::Transaction& tx, const std::string& aggregate) {
  const auto row = co_await tx.query_optional(kOldest, aggregate);
  if (!row) co_return std::nullopt;
  Letter letter{.seq = row->get<std::int64_t>("seq"), .event = {}};
  const auto bytes = row->get<Bytes>("event");
  letter.event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  co_return letter;
}

void remove_letter(database::Transaction& tx, std::int64_t seq) { tx.queue(kRemove, seq); }

void fail_letter(database::Transaction& tx, const std::string& aggregate,
                 const std::string& reason) {
  tx.queue(kFail, aggregate, reason);
}

}  // namespace souk::messaging::detail
