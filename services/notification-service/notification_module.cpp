#include "services/notification-service/notification_module.hpp"

#include "internal/handler/notification_handler.hpp"
#include "internal/providers/mail_folder.hpp"
#include "internal/providers/smtp_mailer.hpp"
#include "internal/providers/template_folder.hpp"
#include "internal/service/event_consumer.hpp"
#include "internal/service/sender.hpp"
#include "internal/service/template_preview.hpp"
#include "messaging/consumer.hpp"
#include "messaging/housekeeping.hpp"

std::span<const souk::EmbeddedFile> souk_notification_service_migrations();

namespace souk::notification {
namespace {

std::filesystem::path mail_folder(const config::Settings& settings) {
  if (const auto folder = settings.optional("SOUK_MAIL_DIR")) return *folder;
  return std::filesystem::path{settings.text("SOUK_DATA_DIR")} / "mail";
}

/// The mail server that the settings name; without one, a folder.
std::unique_ptr<MailProvider> make_mail_provider(const runtime::ModuleContext& context) {
  const auto& settings = context.settings;
  if (settings.optional("SMTP_URL")) {
    return std::make_unique<SmtpMailer>(context.loop, smtp_options(settings), context.clock,
                                        context.log);
  }
  return std::make_unique<MailFolder>(mail_folder(settings), mail_from(settings), context.clock);
}

class NotificationModule final : public runtime::Module {
 public:
  explicit NotificationModule(runtime::ModuleContext context)
      : database_(context.loop, context.database_options("NOTIFICATION", {})),
        templates_(load_templates(context.settings)),
        provider_(make_mail_provider(context)),
        sender_(context, database_, templates_, *provider_),
        housekeeping_(context, database_),
        history_(database_, context.key),
        handler_(context, history_, templates_),
        consumer_(context, database_) {
    subscribe(consumer_, context.ids, context.clock, templates_.shop().url,
              [this] { sender_.wake(); });
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
    provider_->stop();
    co_await sender_.stop();
    co_await housekeeping_.stop();
  }

 private:
  database::Database database_;
  TemplateSet templates_;
  std::unique_ptr<MailProvider> provider_;
  Sender sender_;
  messaging::Housekeeping housekeeping_;
  MessageHistory history_;
  NotificationHandler handler_;
  messaging::Consumer consumer_;
};

}  // namespace

PreviewedMail preview_mail(const config::Settings& settings, const std::string& kind,
                           const std::string& locale) {
  auto mail = preview(load_templates(settings), kind, locale);
  return {std::move(mail.subject), std::move(mail.text), std::move(mail.html)};
}

std::vector<std::string> mail_kinds(const config::Settings& settings) {
  std::vector<std::string> kinds;
  for (auto& info : load_templates(settings).list()) {
    if (info.kind != "layout") kinds.push_back(std::move(info.kind));
  }
  return kinds;
}

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
