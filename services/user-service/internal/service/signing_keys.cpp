#include "internal/service/signing_keys.hpp"

namespace souk::user {
namespace {

/// A statement or three on a table of a few rows.
constexpr std::chrono::seconds kTimeLimit{10};

std::vector<KeyRecord> records_of(const std::vector<StoredKey>& stored) {
  std::vector<KeyRecord> records;
  for (const auto& key : stored) records.push_back(key.record);
  return records;
}

}  // namespace

SigningKeys::SigningKeys(const runtime::ModuleContext& context, database::Database& database)
    : database_(database),
      clock_(context.clock),
      random_(context.random),
      log_(context.log),
      vault_(context.key) {}

const security::KeyRing& SigningKeys::ring() const {
  if (!ring_) throw unavailable("The signing keys have not been read yet.");
  return *ring_;
}

Task<> SigningKeys::refresh() {
  const database::Scope scope{kDefaultTenant, std::chrono::steady_clock::now() + kTimeLimit};
  const auto now = clock_.now();
  load(co_await database_.transact(
      scope, [this, now](database::Transaction& tx) { return rotate(tx, now); }));
}

Task<std::vector<StoredKey>> SigningKeys::rotate(database::Transaction& tx, Time now) {
  repository::lock_keys(tx);
  auto stored = co_await read(tx);
  const auto plan = plan_rotation(records_of(stored), now);
  if (plan.empty()) co_return stored;
  carry_out(tx, plan, now);
  co_return co_await read(tx);
}

Task<std::vector<StoredKey>> SigningKeys::read(database::Transaction& tx) {
  auto stored = co_await repository::keys(tx);
  for (auto& key : stored) {
    key.record.readable = vault_.open(key.record.kid, key.sealed_seed).has_value();
  }
  co_return stored;
}

void SigningKeys::carry_out(database::Transaction& tx, const Rotation& plan, Time now) {
  repository::forget_keys(tx, plan.forget);
  repository::retire_keys(tx, plan.retire, now);
  if (plan.promote) repository::promote_key(tx, *plan.promote, now);
  if (plan.make) repository::insert_key(tx, make_key(*plan.make, now));
  tx.on_commit([this, retired = plan.retire.size(), forgotten = plan.forget.size()] {
    log_.info("signing keys rotated", {{"retired", static_cast<std::int64_t>(retired)},
                                       {"forgotten", static_cast<std::int64_t>(forgotten)}});
  });
}

StoredKey SigningKeys::make_key(KeyState state, Time now) {
  const auto key = security::SigningKey::generate(random_);
  const auto signing_since = state == KeyState::signing ? std::optional{now} : std::nullopt;
  return {.record = {.kid = key.kid(),
                     .state = state,
                     .created_at = now,
                     .signing_since = signing_since},
          .sealed_seed = vault_.seal(key, random_)};
}

void SigningKeys::load(const std::vector<StoredKey>& stored) {
  std::vector<security::SigningKey> keys;
  std::string signing;
  for (const auto& [record, sealed] : stored) {
    const auto key = vault_.open(record.kid, sealed);
    if (!key) {
      log_.warn("a signing key was sealed under another SOUK_INTERNAL_KEY: its tokens are refused",
                {{"kid", std::string_view{record.kid}}});
      continue;
    }
    keys.push_back(*key);
    if (record.state == KeyState::signing) signing = record.kid;
  }
  ring_.emplace(keys, signing);
}

}  // namespace souk::user
