#include "internal/service/open_sessions.hpp"

#include "core/error.hpp"

namespace souk::user {

Task<std::vector<OpenSession>> OpenSessions::list(const rpc::Call& call) {
  return repository::open_sessions(database_, call.scope(), call.identity.require_user(),
                                   clock_.now());
}

Task<> OpenSessions::end(rpc::Call& call, SessionId id) {
  const auto user = call.identity.require_user();
  const auto now = clock_.now();
  co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
    const auto ended = co_await repository::end_session(tx, id, user, now);
    if (ended.empty()) throw not_found("session");
    repository::announce_revocations(tx, ended, now);
  });
  // The reply takes the caller's own cookie away, so only with the caller's own session.
  if (call.identity.session == id) call.reply.revoked_session = id.str();
}

Task<> OpenSessions::end_others(const rpc::Call& call) {
  const auto user = call.identity.require_user();
  const auto session = call.identity.session;
  if (!session) throw Error{Kind::unauthenticated, "unauthenticated", "Log in first."};
  const auto now = clock_.now();
  co_await database_.transact(call.scope(), [&](database::Transaction& tx) -> Task<> {
    const auto ended = co_await repository::end_other_sessions(tx, *session, user, now);
    repository::announce_revocations(tx, ended, now);
  });
}

}  // namespace souk::user
