#include "services/notification-service/notification_module.hpp"

#include "internal/handler/notification_handler.hpp"
#include "internal/providers/mail_folder.hpp"
#include "internal/providers/smtp_mailer.hpp"
#include "internal/providers/template_folder.hpp"
#include "internal/service/channels_beside_mail.hpp"
#include "internal/service/event_consumer.hpp"
#include "internal/service/sender.hpp"
#include "internal/service/template_preview.hpp"
#include "messaging/consumer.hpp"
#include "messaging/housekeeping.hpp"

std::span<const souk::EmbeddedFile> souk_notification_service_migrations();
std::span<const souk::EmbeddedFile> souk_notification_short_texts();

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
        links_(context.key, context.settings.text("SOUK_PUBLIC_URL")),
        short_texts_(souk_notification_short_texts(), templates_.shop()),
        sender_(context, database_, templates_, *provider_, links_),
        channels_(context, database_, short_texts_, templates_.shop().url),
        housekeeping_(context, database_),
        history_(database_, context.key, context.clock),
        preferences_(context, database_),
        inbox_(context, database_, short_texts_),
        devices_(context, database_, channels_.private_endpoints()),
        unsubscribing_(context, database_, templates_, links_),
        handler_(context, {.history = history_,
                           .templates = templates_,
                           .preferences = preferences_,
                           .inbox = inbox_,
                           .devices = devices_,
                           .unsubscribing = unsubscribing_,
                           .channels = channels_}),
        consumer_(context, database_) {
    subscribe(consumer_, context.ids, context.clock, templates_.shop().url, channels_.sms_on(),
              {.lease = [this] { return sender_.lease(); },
               .take = [this](std::vector<DueMessage> mails,
                              Time until) { sender_.take(std::move(mails), until); },
               .wake =
                   [this] {
                     sender_.wake();
                     channels_.wake();
                   }});
  }

  std::vector<rpc::Service*> services() override {
    return {&handler_.service(), &consumer_.service()};
  }

  Task<> start() override {
    co_await database_.check(std::chrono::steady_clock::now() + std::chrono::seconds{10});
    co_await channels_.start();
    sender_.start();
    housekeeping_.start();
    consumer_.start();
  }

  Task<> ready() override { return runtime::require(database_); }

  Task<> stop() override {
    co_await consumer_.stop();
    co_await channels_.stop();
    provider_->stop();
    co_await sender_.stop();
    co_await housekeeping_.stop();
  }

 private:
  database::Database database_;
  TemplateSet templates_;
  std::unique_ptr<MailProvider> provider_;
  UnsubscribeLinks links_;
  ShortTexts short_texts_;
  Sender sender_;
  ChannelsBesideMail channels_;
  messaging::Housekeeping housekeeping_;
  MessageHistory history_;
  PreferenceBook preferences_;
  Inbox inbox_;
  Devices devices_;
  Unsubscribing unsubscribing_;
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
    if (TemplateSet::is_mail(info.kind)) kinds.push_back(std::move(info.kind));
  }
  return kinds;
}

runtime::ModuleSpec module() {
  return {.name = "notification-service",
          .database = "NOTIFICATION",
          .grpc_port = 8086,
          .ops_port = 9086,
          .in_background = true,
          .migrations = souk_notification_service_migrations(),
          .make = [](runtime::ModuleContext context) {
            return std::make_unique<NotificationModule>(std::move(context));
          }};
}

}  // namespace souk::notification
