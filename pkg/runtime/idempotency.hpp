#pragma once

#include <functional>
#include <optional>
#include <string>

#include <google/protobuf/message.h>

#include "core/clock.hpp"
#include "database/scope.hpp"
#include "database/transaction.hpp"
#include "runtime/call.hpp"

namespace souk::database {
class Database;
}

namespace souk::runtime {

/// One effect per Idempotency-Key, for use cases that are one transaction: the key is claimed, the
/// effect made and the reply stored in one commit (table idempotency_keys; kept 24 h at least).
///
///   Task<v1::Stock> adjust_in(Transaction& tx, Call& call, const v1::AdjustStockRequest& request) {
///     Idempotency once{call, "AdjustStock", request};
///     if (auto stored = co_await once.claim<v1::Stock>(tx)) co_return *stored;
///     ... the effect ...
///     once.store(tx, reply);   // queued; sent with the commit
///     co_return reply;
///   }
///
/// Without a key in the call, claim() gives nothing and store() does nothing.
class Idempotency {
 public:
  /// The caller (user) and the method are part of the key: another user's key shows nothing of
  /// theirs.
  Idempotency(rpc::Call& call, std::string method, const google::protobuf::Message& request);

  /// The stored reply where the key was used before with the same request (and marks the call's
  /// reply as replayed). Throws Error{validation, "idempotency_key_reused"} where the request was
  /// another one, Error{conflict, "idempotency_in_progress"} where the first call is still running.
  template <class Reply>
  Task<std::optional<Reply>> claim(database::Transaction& tx) {
    const auto stored = co_await claim_bytes(tx);
    if (!stored) co_return std::nullopt;
    Reply reply;
    reply.ParseFromString(*stored);
    co_return reply;
  }

  void store(database::Transaction& tx, const google::protobuf::Message& reply);

 private:
  Task<std::optional<std::string>> claim_bytes(database::Transaction& tx);

  rpc::Call& call_;
  std::string caller_;
  std::string method_;
  database::Bytes fingerprint_;
};

/// Forgets the keys of all tenants that were stored before `before` (24 h ago or more) and says how
/// many. A job of the module's calls it now and then (messaging::Housekeeping).
Task<std::size_t> purge_idempotency_keys(database::Database& database, database::Scope scope,
                                         Time before);

}  // namespace souk::runtime
