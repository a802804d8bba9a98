#include "runtime/idempotency.hpp"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <sodium.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "database/database.hpp"

namespace souk::runtime {
namespace {

using database::Bytes;
using database::Query;

// Held until the end of the transaction. A hash that two keys share costs one of them a 409 that a
// retry heals.
constexpr Query kLock{"idempotency.lock",
                      "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked"};
// A statement of its own: its snapshot has to be younger than the lock.
constexpr Query kFind{"idempotency.find", R"(
  SELECT fingerprint, reply FROM idempotency_keys
  WHERE tenant_id = souk_tenant() AND caller = $1 AND method = $2 AND key = $3)"};
constexpr Query kStore{"idempotency.store", R"(
  INSERT INTO idempotency_keys (caller, method, key, fingerprint, reply, created_at)
  VALUES ($1, $2, $3, $4, $5, now()))"};
constexpr Query kPurge{"idempotency.purge", R"(
  DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < $1 LIMIT $2)))"};

/// Keeps each statement of a purge short.
constexpr std::int64_t kPurgeChunk = 5000;

/// The same bytes for the same message, whatever the order of its maps in memory.
std::string canonical(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream{&bytes};
  google::protobuf::io::CodedOutputStream coded{&stream};
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

Bytes digest(const google::protobuf::Message& message) {
  const auto bytes = canonical(message);
  Bytes hash(crypto_generichash_BYTES);
  crypto_generichash(hash.data(), hash.size(), text::octets(bytes), bytes.size(), nullptr, 0);
  return hash;
}

/// The user; a service that acts for nobody is a caller too.
std::string caller_of(const Identity& identity) {
  return identity.user ? identity.user->str() : identity.service;
}

}  // namespace

Idempotency::Idempotency(rpc::Call& call, std::string method,
                         const google::protobuf::Message& request)
    : call_(call),
      caller_(caller_of(call.identity)),
      method_(std::move(method)),
      fingerprint_(call.idempotency_key.empty() ? Bytes{} : digest(request)) {}

Task<std::optional<std::string>> Idempotency::claim_bytes(database::Transaction& tx) {
  const auto& key = call_.idempotency_key;
  if (key.empty()) co_return std::nullopt;
  // Neither a caller nor a method holds a newline, so no two claims spell the same name.
  const auto name =
      fmt::format("{}\n{}\n{}\n{}", call_.identity.tenant.str(), caller_, method_, key);
  const auto lock = co_await tx.query_one(kLock, name);
  if (!lock.get<bool>("locked")) {
    throw Error{Kind::conflict, "idempotency_in_progress",
                "The first call with this Idempotency-Key is still running."};
  }
  const auto row = co_await tx.query_optional(kFind, caller_, method_, key);
  if (!row) co_return std::nullopt;
  if (row->get<Bytes>("fingerprint") != fingerprint_) {
    throw Error{Kind::validation, "idempotency_key_reused",
                "This Idempotency-Key was used for another request."};
  }
  call_.reply.replayed = true;
  const auto reply = row->get<Bytes>("reply");
  co_return std::string{reply.begin(), reply.end()};
}

void Idempotency::store(database::Transaction& tx, const google::protobuf::Message& reply) {
  if (call_.idempotency_key.empty()) return;
  const auto bytes = reply.SerializeAsString();
  tx.queue(kStore, caller_, method_, call_.idempotency_key, fingerprint_,
           Bytes{bytes.begin(), bytes.end()});
}

Task<std::size_t> purge_idempotency_keys(database::Database& database, database::Scope scope,
                                         Time before) {
  scope.tenant = kEveryTenant;
  std::size_t purged = 0;
  for (std::size_t step = kPurgeChunk; step == kPurgeChunk; purged += step) {
    step = (co_await database.query(scope, kPurge, before, kPurgeChunk)).affected();
  }
  co_return purged;
}

}  // namespace souk::runtime
