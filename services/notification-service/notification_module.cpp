#include "services/notification-service/notification_module.hpp"

#include "internal/handler/notification_handler.hpp"
#include "internal/providers/mail_folder.hpp"
#include "internal/service/event_consumer.hpp"
#include "internal/service/sender.hpp"
#include "messaging/consumer.hpp"
#include "messaging/housekeeping.hpp"

std::span<const souk::EmbeddedFile> souk_notification_service_migrations();
std::span<const souk::EmbeddedFile> souk_notification_templates();

namespace souk::notification {
namespace {

std::filesystem::path mail_folder(const config::Settings& settings) {
  if (const auto folder = settings.optional("SOUK_MAIL_DIR")) return *folder;
  return std::filesystem::path{settings.text("SOUK_DATA_DIR")} / "mail";
}

class NotificationModule final : public runtime::Module {
 public:
  explicit NotificationModule(runtime::ModuleContext context)
      : database_(context.loop, context.database_options("NOTIFICATION", {})),
        templates_(souk_notification_templates()),
        provider_(mail_folder(context.settings), context.clock),
        sender_(context, database_, templates_, provider_),
        housekeeping_(context, database_),
        history_(database_, context.key),
        handler_(context, history_),
        consumer_(context, database_) {
    subscribe(consumer_, context.ids, context.clock, [this] { sender_.wake(); });
  }

  std::vector<rpc::Service*> services() override {
    return {&handler_.service(), &consumer_.service()};
  }

  Task<> start() override {
    co_await database_.check(std::chrono::steady_clock::now() + std::chrono::seconds{10});
    sender_.start();
    housekeeping_.start();
    consumer_.start();
  }

  Task<> ready() override { return runtime::require(database_); }

  Task<> stop() override {
    co_await consumer_.stop();
    co_await sender_.stop();
    co_await housekeeping_.stop();
  }

 private:
  database::Database database_;
  TemplateSet templates_;
  MailFolder provider_;
  Sender sender_;
  messaging::Housekeeping housekeeping_;
  MessageHistory history_;
  NotificationHandler handler_;
  messaging::Consumer consumer_;
};

}  // namespace

runtime::ModuleSpec module() {
  return {.name = "notification-service",
          .database = "NOTIFICATION",
          .grpc_port = 8086,
          .ops_port = 9086,
          .migrations = souk_notification_service_migrations(),
          .make = [](runtime::ModuleContext context) {
            return std::make_unique<NotificationModule>(std::move(context));
          }};
}

}  // namespace souk::notification
