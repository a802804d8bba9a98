#include "internal/repository/bounce_repository.hpp"

namespace souk::notification::repository {
namespace {

constexpr database::Query kSaveBounce{"bounce.save", R"(
  INSERT INTO bounced_addresses (email, reason, bounced_at) VALUES ($1, $2, $3)
  ON CONFLICT ON CONSTRAINT bounced_addresses_pkey
  DO UPDATE SET reason = excluded.reason, bounced_at = excluded.bounced_at)"};
constexpr database::Query kBounces{"bounce.list", R"(
  SELECT email, reason, bounced_at FROM bounced_addresses ORDER BY bounced_at DESC, email LIMIT $1)"};
constexpr database::Query kForgetBounce{"bounce.forget",
                                        "DELETE FROM bounced_addresses WHERE email = $1"};

}  // namespace

Task<> save_bounce(database::Database& database, database::Scope scope, const Bounce& bounce) {
  co_await database.query(scope, kSaveBounce, bounce.email, bounce.reason, bounce.bounced_at);
}

Task<std::vector<Bounce>> bounces(database::Database& database, database::Scope scope, int limit) {
  std::vector<Bounce> all;
  for (const auto& row : co_await database.query(scope, kBounces, limit)) {
    all.push_back({.email = row.get<std::string>("email"),
                   .reason = row.get<std::string>("reason"),
                   .bounced_at = row.get<Time>("bounced_at")});
  }
  co_return all;
}

Task<bool> forget_bounce(database::Database& database, database::Scope scope,
                         const std::string& email) {
  co_return (co_await database.query(scope, kForgetBounce, email)).affected() > 0;
}

}  // namespace souk::notification::repository
