#include "internal/service/channels_beside_mail.hpp"

#include <fmt/format.h>

#include "internal/providers/http_sms.hpp"
#include "internal/providers/twilio.hpp"
#include "internal/repository/inbox_repository.hpp"
#include "security/base64url.hpp"

namespace souk::notification {
namespace {

/// A client that was away for longer asks for what it shows anew.
constexpr std::chrono::hours kLiveEventsKept{24};
constexpr std::chrono::minutes kForgetEvery{10};
constexpr char kSmsTemplate[] = R"({"to":"{{to}}","from":"{{from}}","text":"{{text}}"})";

boost::asio::io_context& context_of(const boost::asio::any_io_executor& loop) {
  return loop.target<boost::asio::io_context::executor_type>()->context();
}

Error bad_setting(std::string_view name, std::string_view why) {
  return {Kind::validation, "invalid_setting", fmt::format("Setting {}: {}", name, why)};
}

std::string needed(const config::Settings& settings, std::string_view name) {
  auto value = settings.optional(name);
  if (!value) throw bad_setting(name, "SMS_PROVIDER needs it");
  return *std::move(value);
}

/// A stranger could have us talk to our own network: only a demo may.
bool read_private_endpoints(const config::Settings& settings) {
  if (!settings.flag("PUSH_PRIVATE_ENDPOINTS")) return false;
  if (settings.flag("SOUK_DEMO")) return true;
  throw bad_setting("PUSH_PRIVATE_ENDPOINTS", "on is for demo mode only");
}

/// RFC 8292 wants a way to reach us: the shop's address will do, where it is https.
std::string vapid_subject(const config::Settings& settings) {
  if (auto subject = settings.optional("VAPID_SUBJECT")) {
    if (subject->starts_with("mailto:") || subject->starts_with("https://")) return *subject;
    throw bad_setting("VAPID_SUBJECT", "needs mailto: or https://");
  }
  auto url = settings.text("SOUK_PUBLIC_URL");
  return url.starts_with("https://") ? url : "mailto:no-reply@souk.local";
}

std::unique_ptr<Fcm> make_fcm(const runtime::ModuleContext& context) {
  const auto file = context.settings.optional("FCM_SERVICE_ACCOUNT");
  if (!file) return nullptr;
  return std::make_unique<Fcm>(context_of(context.loop), context.clock, ServiceAccount::read(*file),
                               context.settings.text("FCM_URL"));
}

std::unique_ptr<SmsProvider> make_sms(const runtime::ModuleContext& context) {
  const auto& settings = context.settings;
  const auto provider = settings.text("SMS_PROVIDER");
  if (provider == "twilio") {
    return std::make_unique<Twilio>(
        context_of(context.loop),
        Twilio::Settings{.base_url = settings.text("TWILIO_URL"),
                         .account = needed(settings, "TWILIO_ACCOUNT_SID"),
                         .token = needed(settings, "TWILIO_AUTH_TOKEN"),
                         .from = needed(settings, "SMS_FROM")});
  }
  if (provider == "http") {
    return std::make_unique<HttpSms>(
        context_of(context.loop),
        HttpSms::Settings{
            .url = needed(settings, "SMS_HTTP_URL"),
            .method = settings.text("SMS_HTTP_METHOD"),
            .body_template = settings.optional("SMS_HTTP_TEMPLATE").value_or(kSmsTemplate),
            .authorization = settings.text("SMS_HTTP_AUTHORIZATION"),
            .from = settings.text("SMS_FROM")});
  }
  return nullptr;
}

PushSender::Providers push_providers(WebPush& web, Fcm* fcm) {
  PushSender::Providers providers{{Platform::web, &web}};
  if (fcm != nullptr) providers[Platform::fcm] = fcm;
  return providers;
}

}  // namespace

ChannelsBesideMail::ChannelsBesideMail(const runtime::ModuleContext& context,
                                       database::Database& database, const ShortTexts& texts,
                                       std::string shop_url)
    : context_(context),
      database_(database),
      private_endpoints_(read_private_endpoints(context.settings)),
      keys_(context, database),
      web_push_(context_of(context.loop), context.clock, context.random,
                {.subject = vapid_subject(context.settings), .private_too = private_endpoints_}),
      fcm_(make_fcm(context)),
      sms_(make_sms(context)),
      push_sender_(database, texts, push_providers(web_push_, fcm_.get()), std::move(shop_url),
                   context.log),
      push_job_(context, database, push_sender_, context.settings.integer("PUSH_RATE_PER_SECOND")),
      forgetting_(context.loop, context.log, "forgetting live events", kForgetEvery,
                  [this] { return forget_live_events(); }) {
  if (!sms_) return;
  sms_sender_ = std::make_unique<SmsSender>(database, texts, *sms_);
  sms_job_ = std::make_unique<ChannelJob>(context, database, *sms_sender_,
                                          context.settings.integer("SMS_RATE_PER_SECOND"));
}

Task<> ChannelsBesideMail::start() {
  web_push_.use(co_await keys_.get());
  push_job_.start();
  if (sms_job_) sms_job_->start();
  forgetting_.start();
}

void ChannelsBesideMail::wake() {
  push_job_.wake();
  if (sms_job_) sms_job_->wake();
}

Task<> ChannelsBesideMail::stop() {
  co_await push_job_.stop();
  if (sms_job_) co_await sms_job_->stop();
  co_await forgetting_.stop();
}

std::string ChannelsBesideMail::push_key() const {
  return security::base64url::encode(web_push_.key().public_point());
}

Task<> ChannelsBesideMail::forget_live_events() {
  const auto scope =
      rpc::Call::background(context_.name, std::chrono::seconds{10}, context_.random, kEveryTenant)
          .scope();
  co_await repository::forget_happenings(database_, scope, context_.clock.now() - kLiveEventsKept);
}

}  // namespace souk::notification
