#include "services/user-service/user_module.hpp"

#include "internal/handler/user_handler.hpp"
#include "messaging/housekeeping.hpp"
#include "messaging/relay.hpp"
#include "runtime/job.hpp"

std::span<const souk::EmbeddedFile> souk_user_service_migrations();

namespace souk::user {
namespace {

constexpr std::chrono::seconds kStartTimeLimit{10};
/// A key is published a day before it signs, so a minute is soon enough to hear of it.
constexpr std::chrono::minutes kKeysPause{1};
constexpr std::chrono::hours kPurgePause{1};

class UserModule final : public runtime::Module {
 public:
  explicit UserModule(runtime::ModuleContext context) : context_(std::move(context)) {}

  std::vector<rpc::Service*> services() override { return {&handler_.service()}; }

  Task<> start() override {
    co_await database_.check(std::chrono::steady_clock::now() + kStartTimeLimit);
    co_await keys_.refresh();
    relay_.start();
    housekeeping_.start();
    keys_job_.start();
    purge_job_.start();
  }

  Task<> ready() override { return runtime::require(database_); }

  Task<> stop() override {
    co_await keys_job_.stop();
    co_await purge_job_.stop();
    co_await mails_.stop();
    co_await housekeeping_.stop();
    co_await relay_.stop();
    hasher_.stop();
  }

 private:
  Task<> purge() {
    co_await revocations_.purge();
    co_await mails_.purge();
  }

  runtime::ModuleContext context_;
  database::Database database_{context_.loop,
                               context_.database_options("USER", user_constraints())};
  messaging::Outbox outbox_{context_.ids, context_.clock};
  messaging::Relay relay_{context_, database_, outbox_};
  messaging::Housekeeping housekeeping_{context_, database_};
  security::PasswordHasher hasher_;
  SigningKeys keys_{context_, database_};
  TokenIssuer issuer_{context_, keys_};
  Authentication authentication_{context_, database_, outbox_, hasher_, issuer_};
  OpenSessions sessions_{context_, database_};
  Accounts accounts_{context_, database_, outbox_};
  AddressBook addresses_{context_, database_};
  AccountMails mails_{context_, database_, outbox_, hasher_};
  Administration administration_{context_, database_};
  Revocations revocations_{context_, database_};
  UserHandler handler_{context_,
                       {authentication_, sessions_, accounts_, addresses_, mails_, administration_,
                        revocations_, keys_}};
  runtime::Job keys_job_{context_.loop, context_.log, "signing keys", kKeysPause,
                         [this] { return keys_.refresh(); }};
  runtime::Job purge_job_{context_.loop, context_.log, "purge sessions", kPurgePause,
                          [this] { return purge(); }};
};

}  // namespace

runtime::ModuleSpec module() {
  return {.name = "user-service",
          .database = "USER",
          .grpc_port = 8081,
          .ops_port = 9081,
          .migrations = souk_user_service_migrations(),
          .make = [](runtime::ModuleContext context) {
            return std::make_unique<UserModule>(std::move(context));
          }};
}

}  // namespace souk::user
