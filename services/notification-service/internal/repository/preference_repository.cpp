#include "internal/repository/preference_repository.hpp"

namespace souk::notification::repository {
namespace {

using database::Query;

constexpr Query kChoices{"preference.all",
                         "SELECT kind, channel, enabled FROM preferences WHERE user_id = $1"};

// DISTINCT: the last word counts where a request names one twice.
constexpr Query kSaveChoices{"preference.save", R"(
  INSERT INTO preferences (user_id, kind, channel, enabled, changed_at)
  SELECT DISTINCT ON (c.kind, c.channel) $1::uuid, c.kind, c.channel, c.enabled, $5::timestamptz
  FROM unnest($2::text[], $3::text[], $4::boolean[]) WITH ORDINALITY AS c (kind, channel, enabled, at)
  ORDER BY c.kind, c.channel, c.at DESC
  ON CONFLICT ON CONSTRAINT preferences_pkey
  DO UPDATE SET enabled = excluded.enabled, changed_at = excluded.changed_at)"};

}  // namespace

Task<std::vector<Choice>> choices(database::Database& database, database::Scope scope,
                                  UserId user) {
  std::vector<Choice> found;
  for (const auto& row : co_await database.query(scope, kChoices, user)) {
    found.push_back(
        {row.get<std::string>("kind"), row.get<std::string>("channel"), row.get<bool>("enabled")});
  }
  co_return found;
}

void save_choices(database::Transaction& tx, UserId user, const std::vector<Choice>& choices,
                  Time now) {
  std::vector<std::string> kinds;
  std::vector<std::string> channels;
  std::vector<bool> enabled;
  for (const auto& choice : choices) {
    kinds.push_back(choice.kind);
    channels.push_back(choice.channel);
    enabled.push_back(choice.enabled);
  }
  tx.queue(kSaveChoices, user, kinds, channels, enabled, now);
}

}  // namespace souk::notification::repository
