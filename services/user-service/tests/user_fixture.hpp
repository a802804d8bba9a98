#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "internal/service/account_mails.hpp"
#include "internal/service/accounts.hpp"
#include "internal/service/administration.hpp"
#include "internal/service/authentication.hpp"
#include "internal/service/revocations.hpp"
#include "runtime/process.hpp"
#include "testing/test_database.hpp"

std::span<const souk::EmbeddedFile> souk_user_service_migrations();

namespace souk::user {

/// As cheap as Argon2id can be: what a hash costs is tested where it belongs.
inline constexpr security::PasswordHashing kCheapHashing{
    .memory_bytes = 64 * 1024, .passes = 1, .queue_limit = 256};
inline constexpr char kPassword[] = "correct horse";

/// The use cases on a real database, with a clock that stands still.
class UserTest : public testing::DatabaseTest<souk_user_service_migrations> {
 protected:
  UserTest() : DatabaseTest(user_constraints()) {
    for (const auto& clear :
         {database::Query{"test.clear_users", "DELETE FROM users"},
          database::Query{"test.clear_revocations", "DELETE FROM revocations"},
          database::Query{"test.clear_keys", "DELETE FROM signing_keys"},
          database::Query{"test.clear_idempotency", "DELETE FROM idempotency_keys"},
          database::Query{"test.clear_outbox", "DELETE FROM outbox"}}) {
      run(database.query(testing::scope(), clear));
    }
    run(keys.refresh());
  }

  runtime::ModuleContext context() {
    return {.name = "user-service",
            .settings = settings,
            .loop = loop.get_executor(),
            .http_loops = {},
            .clock = clock,
            .random = random,
            .ids = ids,
            .log = log,
            .metrics = metrics,
            .wire = {clock, random, seal, metrics},
            .key = internal_key,
            .channel = {}};
  }

  rpc::Call visitor() {
    return rpc::Call::background("api-gateway", std::chrono::seconds{20}, random);
  }
  rpc::Call as(const LoggedIn& logged_in) {
    auto call = visitor();
    call.identity.user = logged_in.user.id;
    call.identity.session = logged_in.session;
    call.identity.roles = logged_in.user.roles;
    return call;
  }

  // The calls that are made side by side: each owns what it works with.
  Task<LoggedIn> registering(std::string email) {
    const auto call = visitor();
    co_return co_await authentication.register_customer(call, {email, kPassword, "Zoë Smith"});
  }
  Task<LoggedIn> logging_in(std::string email, std::string password) {
    const auto call = visitor();
    co_return co_await authentication.login(call, email, password);
  }
  Task<LoggedIn> refreshing(std::string token) {
    auto call = visitor();
    co_return co_await authentication.refresh(call, token);
  }
  Task<> logging_out(rpc::Call call) { co_await authentication.logout(call); }

  LoggedIn register_customer(std::string email) { return run(registering(std::move(email))); }
  LoggedIn login(std::string email, std::string password = kPassword) {
    return run(logging_in(std::move(email), std::move(password)));
  }
  LoggedIn refresh(std::string token) { return run(refreshing(std::move(token))); }
  LoggedIn login_admin(std::string email) {
    const auto call = visitor();
    run(authentication.create_admin(call, {email, kPassword, "Ada Admin"}));
    return login(std::move(email));
  }

  /// The code of what `task` throws; empty where it succeeds.
  template <class T>
  static Task<std::string> code_of(Task<T> task) {
    try {
      co_await std::move(task);
    } catch (const Error& error) {
      co_return error.code;
    }
    co_return std::string{};
  }
  template <class T>
  std::string failure(Task<T> task) {
    return run(code_of(std::move(task)));
  }
  /// The codes of tasks that run side by side.
  template <class T>
  std::vector<std::string> failures(std::vector<Task<T>> tasks) {
    std::vector<Task<std::string>> watched;
    for (auto& task : tasks) watched.push_back(code_of(std::move(task)));
    return testing::run_all(loop, std::move(watched));
  }

  std::vector<SessionId> revoked_sessions() {
    std::vector<SessionId> sessions;
    for (const auto& revocation : run(revocations.after(visitor(), 0))) {
      sessions.push_back(revocation.session);
    }
    return sessions;
  }

  std::int64_t count(database::Query query) {
    return run(database.query_one(testing::scope(), query)).get<std::int64_t>(std::size_t{0});
  }

  config::Settings settings{{}};
  // Whole seconds, as tokens count them.
  ManualClock clock{std::chrono::floor<std::chrono::seconds>(SystemClock{}.now())};
  SystemRandom random;
  IdGenerator ids{clock, random};
  Log log{"user-test", Log::Level::off};
  Metrics metrics;
  runtime::InternalKey internal_key{1, 2, 3};
  IdentitySeal seal{internal_key};
  messaging::Outbox outbox{ids, clock};
  security::PasswordHasher hasher{kCheapHashing};
  SigningKeys keys{context(), database};
  TokenIssuer issuer{context(), keys};
  Authentication authentication{context(), database, outbox, hasher, issuer};
  Accounts accounts{context(), database, outbox};
  AccountMails mails{context(), database, outbox, hasher};
  Administration administration{context(), database};
  Revocations revocations{context(), database};
};

}  // namespace souk::user
