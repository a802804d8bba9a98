#pragma once

#include <optional>
#include <string>
#include <vector>

#include "charge.hpp"
#include "core/error.hpp"
#include "database/batcher.hpp"
#include "database/database.hpp"

namespace souk::sandbox {

/// What the constraints of the ledger mean to a client; for DatabaseOptions.
std::vector<database::ConstraintRule> ledger_constraints();

/// The provider's durable memory. Every function is idempotent. Owned by the SandboxProvider, lives
/// on its event loop. Throws Error{not_found | conflict | validation}, DatabaseError.
class Ledger {
 public:
  Ledger(boost::asio::any_io_executor loop, database::Database& database, const Clock& clock,
         IdGenerator& ids);

  /// Records the charge with the verdict's outcome, or gives back the one that the key has made
  /// before. Throws `idempotency_key_reused` where that was another request, `key_cancelled` where
  /// it was ended.
  Task<Charge> record(ChargeRequest request, Verdict verdict);

  Task<Charge> get(ChargeId id);
  Task<std::optional<Charge>> find(std::string idempotency_key);
  /// Money that moved or is held, oldest first; `after` is the last charge of the page before.
  Task<std::vector<Charge>> list(std::optional<ChargeId> after, int limit);

  /// What the customer has said to a charge that waits for that; one that does not is given back as
  /// it is.
  Task<Charge> decide(ChargeId id, bool approved);

  Task<Charge> capture(ChargeId id);
  /// Lets an authorization go.
  Task<Charge> void_authorization(ChargeId id);
  /// Ends a key for good: no later charge can come with it, and what is held or waits is let go. Gives
  /// back what the key stands for now; a captured charge stays captured.
  Task<Charge> cancel(std::string idempotency_key);

  Task<Refund> refund(ChargeId id, std::string idempotency_key, Money amount);

 private:
  struct NewCharge {
    Charge charge;
    database::Bytes fingerprint;
  };

  database::Scope scope() const;
  Task<std::vector<NewCharge>> insert(std::vector<NewCharge> charges);
  Task<Charge> move(ChargeId id, const database::Query& update, ChargeStatus goal, Error refusal);

  database::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  database::Batcher<NewCharge, NewCharge> inserts_;
};

}  // namespace souk::sandbox
