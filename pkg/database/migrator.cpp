#include "database/migrator.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <ranges>

#include <fmt/format.h>

#include "core/error.hpp"
#include "database/blocking.hpp"
#include "database/sql_text.hpp"

std::span<const souk::EmbeddedFile> souk_database_migrations();  // made by souk_embed

namespace souk::database {
namespace {

/// Any number will do, so long as everybody takes the same.
constexpr std::int64_t kLock = 0x736f756b6d696772;  // "soukmigr"

[[noreturn]] void fail(std::string_view file, int line, std::string_view why) {
  throw Error(Kind::internal, "migration_failed", fmt::format("{}:{}: {}", file, line, why));
}

/// FNV-1a: it has to notice an edit, not an attack.
std::string checksum(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char byte : text) hash = (hash ^ byte) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

/// Where a line that reads `marker` begins and where the text after it does.
std::pair<std::size_t, std::size_t> find_marker(std::string_view text, std::string_view marker) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto line = text.substr(at, end - at);
    while (line.ends_with(' ') || line.ends_with('\r')) line.remove_suffix(1);
    if (line == marker) return {at, std::min(end + 1, text.size())};
    at = end + 1;
  }
  return {text.npos, text.npos};
}

int line_number(std::string_view text, std::size_t at) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n'));
}

struct Applied {
  std::string name;
  std::string checksum;
  Time at;
};

/// A connection that holds the lock and knows what has been applied; the lock goes with it.
class LockedHistory {
 public:
  explicit LockedHistory(const std::string& url) : db_(url) {
    db_.run("SET client_min_messages = warning");
    db_.run("SET timezone = 'UTC'");
    db_.run("SET datestyle = 'ISO'");
    db_.run("SELECT pg_advisory_lock($1)", {kLock});
    db_.run(
        "CREATE TABLE IF NOT EXISTS schema_migrations (version int PRIMARY KEY, name text NOT NULL,"
        " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())");
  }

  std::map<int, Applied> applied() {
    std::map<int, Applied> found;
    for (Row row : db_.run("SELECT version, name, checksum, applied_at FROM schema_migrations")) {
      found[row.get<std::int32_t>("version")] = {row.get<std::string>("name"),
                                                 row.get<std::string>("checksum"),
                                                 row.get<Time>("applied_at")};
    }
    return found;
  }

  /// The part and its note in schema_migrations, in one transaction.
  void apply(std::string_view file, int first_line, const std::string& script,
             const std::string& note, const std::vector<Param>& note_params) {
    db_.run("BEGIN");
    try {
      db_.run_script(script);
      db_.run(note, note_params);
      db_.run("COMMIT");
    } catch (const BlockingConnection::Refused& error) {
      const int line = error.position > 0 ? line_of_position(script, error.position)
                                          : line_of_statement(script, error.statements_done);
      fail(file, first_line + line,
           error.what());  // the connection closes, and with it the transaction
    }
  }

 private:
  BlockingConnection db_;
};

}  // namespace

Migrator::Migrator(std::string url, std::span<const EmbeddedFile> files) : url_(std::move(url)) {
  for (const auto& file : souk_database_migrations()) migrations_.push_back(parse(file));
  for (const auto& file : files) migrations_.push_back(parse(file));
  std::ranges::sort(migrations_, {}, &Migration::version);
  const auto twin = std::ranges::adjacent_find(migrations_, {}, &Migration::version);
  if (twin != migrations_.end()) {
    fail(std::next(twin)->name, 1, fmt::format("has the same number as {}", twin->name));
  }
}

Migrator::Migration Migrator::parse(const EmbeddedFile& file) {
  const auto digits = file.name.find_first_not_of("0123456789");
  if (digits != 3 || file.name[3] != '_' || !file.name.ends_with(".sql")) {
    fail(file.name, 1, "is not named NNN_name.sql");
  }
  const auto [up_marker, up] = find_marker(file.text, "-- +up");
  const auto [down_marker, down] = find_marker(file.text, "-- +down");
  if (up_marker == file.text.npos || down_marker == file.text.npos || down_marker < up) {
    fail(file.name, 1, "needs a line '-- +up' and after it a line '-- +down'");
  }
  return {.version = std::stoi(std::string(file.name.substr(0, 3))),
          .name = std::string(file.name),
          .checksum = checksum(file.text),
          .up = std::string(file.text.substr(up, down_marker - up)),
          .down = std::string(file.text.substr(down)),
          .up_line = line_number(file.text, up),
          .down_line = line_number(file.text, down)};
}

std::vector<std::string> Migrator::up() {
  LockedHistory session(url_);
  const auto applied = session.applied();
  for (const auto& migration : migrations_) {
    const auto found = applied.find(migration.version);
    if (found != applied.end() && found->second.checksum != migration.checksum) {
      fail(migration.name, 1,
           "was changed after it had been applied; undo the change and write a new migration");
    }
  }
  std::vector<std::string> done;
  for (const auto& migration : migrations_) {
    if (applied.contains(migration.version)) continue;
    session.apply(migration.name, migration.up_line, migration.up,
                  "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
                  {migration.version, migration.name, migration.checksum});
    done.push_back(migration.name);
  }
  return done;
}

std::vector<std::string> Migrator::down(std::size_t steps) {
  LockedHistory session(url_);
  const auto applied = session.applied();
  std::vector<std::string> done;
  for (const auto& [version, record] : applied | std::views::reverse) {
    if (done.size() == steps || version == 0) break;
    const auto known = std::ranges::find(migrations_, version, &Migration::version);
    if (known == migrations_.end()) {
      fail(record.name, 1,
           "was applied by a newer version of this program, which has to take it back");
    }
    session.apply(known->name, known->down_line, known->down,
                  "DELETE FROM schema_migrations WHERE version = $1", {version});
    done.push_back(known->name);
  }
  return done;
}

std::vector<MigrationStatus> Migrator::status() {
  LockedHistory session(url_);
  auto applied = session.applied();
  std::map<int, MigrationStatus> all;
  for (const auto& migration : migrations_) {
    all[migration.version] = {migration.version, migration.name, std::nullopt};
  }
  for (const auto& [version, record] : applied) all[version] = {version, record.name, record.at};
  std::vector<MigrationStatus> list;
  for (auto& [version, entry] : all) list.push_back(std::move(entry));
  return list;
}

}  // namespace souk::database
