#include "config/settings.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "core/error.hpp"

namespace souk::config {
namespace {

constexpr std::int64_t kMaxPort = 65535;

// clang-format off
constexpr Setting kSettings[] = {
    {"PORT", Type::integer, "", "port of the public HTTP API (one process and api-gateway: 8080)", 0, kMaxPort},
    {"OPS_PORT", Type::integer, "", "operations port: /healthz, /readyz, /metrics (one process: 9080)", 0, kMaxPort},
    {"GRPC_PORT", Type::integer, "", "port of a service's gRPC server in a process of its own (8081-8087 by service)", 0, kMaxPort},
    {"SOUK_LISTEN", Type::text, "127.0.0.1", "address that HTTP, gRPC and operations ports listen on"},
    {"SOUK_DATA_DIR", Type::text, "var", "folder of the private PostgreSQL, the mail folder and the keys"},
    {"SOUK_DEMO", Type::flag, "off", "demo mode: a demo shop and administrator; souk up sets it"},
    {"SOUK_RATE_LIMITS", Type::flag, "on", "off lifts rate limits and per-account caps; demo mode only"},
    {"SOUK_INTERNAL_KEY", Type::secret, "", "64 hex digits shared by all processes: signs identities between services and page tokens (made under SOUK_DATA_DIR where unset)"},
    {"SOUK_PUBLIC_URL", Type::url, "http://localhost:8080", "where shoppers reach the platform; the issuer of its tokens"},
    {"SOUK_HTTPS_CERT", Type::text, "", "PEM file with the certificate of the public HTTP API and the chain to its issuer: it speaks TLS then, and reads the file again when it changes"},
    {"SOUK_HTTPS_KEY", Type::text, "", "PEM file with its private key"},
    {"SOUK_TLS_CERT", Type::text, "", "PEM file with the certificate that this process shows to others, for the names of its services (order-service): gRPC between processes is encrypted then, and both ends prove who they are"},
    {"SOUK_TLS_KEY", Type::text, "", "PEM file with its private key"},
    {"SOUK_TLS_CA", Type::text, "", "PEM file with the authority that vouches for all processes of the installation"},
    {"SOUK_WEB_UI", Type::text, "", "folder of the built web UI (share/souk/web-ui beside the program's bin folder where unset)"},
    {"SOUK_CORS_ORIGINS", Type::text, "", "comma-separated origins that browsers may call from"},
    {"SOUK_TRUSTED_PROXIES", Type::text, "", "comma-separated addresses whose X-Forwarded-For is believed"},
    {"SOUK_LOG_LEVEL", Type::text, "info", "debug, info, warn or error"},
    {"OTEL_EXPORTER_OTLP_ENDPOINT", Type::url, "", "OpenTelemetry collector or Jaeger that takes spans: OTLP over HTTP (http://localhost:4318); none are made where unset"},
    {"OTEL_TRACES_SAMPLER_ARG", Type::text, "1", "share of new traces that are exported, 0 to 1; what fails always is, and a caller's traceparent decides for its own trace"},
    {"SOUK_DATABASE_CONNECTIONS", Type::integer, "12", "connections per service and process", 1, 200},
    {"SOUK_REQUEST_TIMEOUT_MS", Type::integer, "15000", "deadline that the gateway gives a request", 100, 120000},
    {"SOUK_CHECKOUT_WAIT_MS", Type::integer, "10000", "how long POST /orders waits for an outcome before it answers 202", 100, 60000},
    {"CHECKOUT_ACTION_MINUTES", Type::integer, "30", "how long a customer has to do what the payment asks for (3-D Secure, approval) before the order is given up", 1, 1440},
    {"SOUK_DRAIN_MS", Type::integer, "8000", "how long a stopping process finishes work", 0, 60000},
    {"SOUK_STOP_NOTICE_MS", Type::integer, "300", "how long a stopping process says that it is not ready and still takes work: what routes to it has to see that", 0, 30000},
    {"SOUK_CURRENCY", Type::text, "USD", "the shop's currency (ISO 4217)"},
    {"SOUK_TAX_RATES", Type::text, "*=0", "tax in percent by the country an order goes to, * for all others: DE=19,FR=20,*=0"},
    {"SOUK_TAX_INCLUSIVE", Type::flag, "off", "prices contain the tax; otherwise it is added to them"},
    {"SOUK_SELLER_NAME", Type::text, "Souk", "who sells: stands on every invoice"},
    {"SOUK_SELLER_ADDRESS", Type::text, "", "the seller's postal address, lines separated by |"},
    {"SOUK_SELLER_VAT_ID", Type::text, "", "the seller's VAT or tax id"},
    {"SOUK_SELLER_CONTACT", Type::text, "", "e-mail address or telephone number for questions about an invoice"},
    {"SOUK_BILLING_TEMPLATES", Type::text, "", "folder whose invoice.html (mustache) is used instead of the built-in one"},
    {"SOUK_MAIL_DIR", Type::text, "", "folder for .eml files (SOUK_DATA_DIR/mail where unset)"},
    {"SMTP_URL", Type::text, "", "mail server: smtp://host:587 or smtps://host:465; .eml files in SOUK_MAIL_DIR where unset"},
    {"SMTP_USER", Type::text, "", "login of the mail server; none where unset"},
    {"SMTP_PASSWORD", Type::secret, "", "its password"},
    {"SMTP_TLS", Type::choice, "required", "encryption of the way to the mail server: required (and verified), opportunistic, or off", 0, 0, "required|opportunistic|off"},
    {"SMTP_CA_FILE", Type::text, "", "certificates (PEM) that vouch for the mail server; the system's where unset"},
    {"MAIL_FROM", Type::text, "", "address that mails come from (no-reply@souk.local where unset); SMTP_URL needs it"},
    {"MAIL_FROM_NAME", Type::text, "Souk", "the shop's name: the sender and the head of its mails"},
    {"MAIL_RATE_PER_SECOND", Type::integer, "10", "mails that a process gives to the mail server per second, at most", 1, 10000},
    {"SOUK_TEMPLATES_DIR", Type::text, "", "folder of the shop's own mail templates, each in place of the built-in one of its name"},
    {"SOUK_LOCALE", Type::text, "en", "language of mails to accounts that name none (en, de, pt-BR)"},
    {"SHOP_URL", Type::url, "", "where shoppers find the shop's pages: links in mails and payment providers lead there (SOUK_PUBLIC_URL where unset)"},
    {"SMS_PROVIDER", Type::choice, "none", "who sends SMS: none, twilio, or http (any gateway that takes JSON)", 0, 0, "none|twilio|http"},
    {"SMS_FROM", Type::text, "", "sender of SMS: a number, a name, or a Twilio messaging service (MG...)"},
    {"SMS_RATE_PER_SECOND", Type::integer, "10", "SMS that a process gives to the provider per second, at most", 1, 10000},
    {"TWILIO_ACCOUNT_SID", Type::text, "", "account of Twilio (AC...)"},
    {"TWILIO_AUTH_TOKEN", Type::secret, "", "its token"},
    {"TWILIO_URL", Type::url, "https://api.twilio.com", "base URL of Twilio's API"},
    {"SMS_HTTP_URL", Type::url, "", "where the SMS gateway takes messages"},
    {"SMS_HTTP_METHOD", Type::choice, "POST", "POST or PUT", 0, 0, "POST|PUT"},
    {"SMS_HTTP_TEMPLATE", Type::text, "", "JSON body for the SMS gateway; {{to}}, {{text}}, {{from}} and {{id}} are filled in (to, from and text where unset)"},
    {"SMS_HTTP_AUTHORIZATION", Type::secret, "", "Authorization header for the SMS gateway"},
    {"PUSH_RATE_PER_SECOND", Type::integer, "50", "push messages that a process sends per second, at most", 1, 10000},
    {"PUSH_PRIVATE_ENDPOINTS", Type::flag, "off", "on lets browsers register push endpoints that are no public https addresses; demo mode only"},
    {"VAPID_PRIVATE_KEY", Type::secret, "", "P-256 key that push services know the shop by, 32 bytes in base64url (made in the database where unset)"},
    {"VAPID_SUBJECT", Type::text, "", "mailto: or https: address where a push service's owner may complain (SOUK_PUBLIC_URL where unset, if that is https)"},
    {"FCM_SERVICE_ACCOUNT", Type::text, "", "file with the service account of Firebase, for push messages to apps; none are sent where unset"},
    {"FCM_URL", Type::url, "https://fcm.googleapis.com", "base URL of Firebase Cloud Messaging"},
    {"SOUK_LIVE_STREAMS", Type::integer, "2000", "event streams that a gateway serves at once, at most", 1, 100000},
    {"SOUK_LOW_STOCK", Type::integer, "5", "available units at or under which a SKU shows as low_stock", 0, 1000000},
    {"REDIS_URL", Type::secret, "", "Redis that replicas of the gateway share: redis://[:password@]host[:port][/database]; each keeps to itself where unset"},
    {"SOUK_BUS", Type::choice, "direct", "what carries events between services: direct, rabbitmq or kafka", 0, 0, "direct|rabbitmq|kafka"},
    {"RABBITMQ_URL", Type::secret, "", "amqp:// URL of RabbitMQ, with its user, password and virtual host"},
    {"KAFKA_BROKERS", Type::text, "", "comma-separated host:port of Kafka brokers"},
    {"PAYMENT_PROVIDERS", Type::text, "*=sandbox", "who takes which method of payment: comma-separated method[:currency]=provider, * for any method"},
    {"STRIPE_API_KEY", Type::secret, "", "secret key of the shop's Stripe account; Stripe is off where unset"},
    {"STRIPE_PUBLISHABLE_KEY", Type::text, "", "publishable key (pk_...) of the same account: the shop's page asks for cards with it; set it for api-gateway too"},
    {"STRIPE_WEBHOOK_SECRET", Type::secret, "", "signing secret of the webhook at Stripe that leads here; none is believed where unset"},
    {"STRIPE_API_URL", Type::url, "https://api.stripe.com", "Stripe's API"},
    {"STRIPE_CAPTURE", Type::choice, "automatic", "automatic: a card is charged in one step; manual: held, then taken", 0, 0, "automatic|manual"},
    {"SANDBOX_PAYMENT_PORT", Type::integer, "9180", "port of the sandbox payment provider", 0, kMaxPort},
    {"SANDBOX_PAYMENT_URL", Type::url, "", "base URL of the sandbox payment provider (http://127.0.0.1:SANDBOX_PAYMENT_PORT where unset)"},
    {"PAYPAL_CLIENT_ID", Type::text, "", "of the shop's app at PayPal; PayPal is off where unset"},
    {"PAYPAL_CLIENT_SECRET", Type::secret, "", "of the same app"},
    {"PAYPAL_WEBHOOK_ID", Type::text, "", "of the webhook at PayPal that leads here; none is believed where unset"},
    {"PAYPAL_CERTIFICATE_FILE", Type::text, "", "file with the certificate (PEM) of PayPal's webhooks, for a network that does not reach api.paypal.com; fetched from there where unset"},
    {"PAYPAL_API_URL", Type::url, "https://api-m.paypal.com", "PayPal's API; https://api-m.sandbox.paypal.com is for trying"},
    {"PAYMENT_PROVIDER_TIMEOUT_MS", Type::integer, "3000", "how long one request to the payment provider may take, at most", 50, 60000},
    {"SANDBOX_DATABASE_URL", Type::secret, "", "PostgreSQL of the sandbox payment provider"},
    {"USER_DATABASE_URL", Type::secret, "", "PostgreSQL of user-service (private one where unset)"},
    {"PRODUCT_DATABASE_URL", Type::secret, "", "PostgreSQL of product-service"},
    {"ORDER_DATABASE_URL", Type::secret, "", "PostgreSQL of order-service"},
    {"PAYMENT_DATABASE_URL", Type::secret, "", "PostgreSQL of payment-service"},
    {"INVENTORY_DATABASE_URL", Type::secret, "", "PostgreSQL of inventory-service"},
    {"NOTIFICATION_DATABASE_URL", Type::secret, "", "PostgreSQL of notification-service"},
    {"USER_DATABASE_OWNER_URL", Type::secret, "", "the same database as its owner, for migrations (USER_DATABASE_URL where unset)"},
    {"PRODUCT_DATABASE_OWNER_URL", Type::secret, "", "owner of product-service's database"},
    {"ORDER_DATABASE_OWNER_URL", Type::secret, "", "owner of order-service's database"},
    {"PAYMENT_DATABASE_OWNER_URL", Type::secret, "", "owner of payment-service's database"},
    {"INVENTORY_DATABASE_OWNER_URL", Type::secret, "", "owner of inventory-service's database"},
    {"NOTIFICATION_DATABASE_OWNER_URL", Type::secret, "", "owner of notification-service's database"},
    {"SANDBOX_DATABASE_OWNER_URL", Type::secret, "", "owner of the sandbox provider's database"},
    {"API_GATEWAY_ADDR", Type::text, "127.0.0.1:8087", "gRPC address of api-gateway (it receives events)"},
    {"USER_SERVICE_ADDR", Type::text, "127.0.0.1:8081", "gRPC addresses of user-service"},
    {"PRODUCT_SERVICE_ADDR", Type::text, "127.0.0.1:8082", "gRPC addresses of product-service"},
    {"ORDER_SERVICE_ADDR", Type::text, "127.0.0.1:8083", "gRPC addresses of order-service"},
    {"PAYMENT_SERVICE_ADDR", Type::text, "127.0.0.1:8084", "gRPC addresses of payment-service"},
    {"INVENTORY_SERVICE_ADDR", Type::text, "127.0.0.1:8085", "gRPC addresses of inventory-service"},
    {"NOTIFICATION_SERVICE_ADDR", Type::text, "127.0.0.1:8086", "gRPC addresses of notification-service"},
};
// clang-format on

const Setting& declared(std::string_view name) {
  const auto* found = std::ranges::find(kSettings, name, &Setting::name);
  if (found == std::end(kSettings))
    throw std::logic_error{fmt::format("undeclared setting {}", name)};
  return *found;
}

[[noreturn]] void refuse(std::string_view name, std::string_view why) {
  throw Error{Kind::validation, "invalid_setting", fmt::format("Setting {}: {}", name, why)};
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> parse_flag(std::string_view text) {
  if (text == "on" || text == "true" || text == "1") return true;
  if (text == "off" || text == "false" || text == "0") return false;
  return std::nullopt;
}

bool is_choice(std::string_view choices, std::string_view value) {
  while (!choices.empty()) {
    const auto end = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, end) == value) return true;
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
  return false;
}

void check_value(const Setting& setting, const std::string& value) {
  switch (setting.type) {
    case Type::integer: {
      const auto number = parse_integer(value);
      if (!number || *number < setting.min || *number > setting.max) {
        refuse(setting.name,
               fmt::format("\"{}\" is no integer from {} to {}", value, setting.min, setting.max));
      }
      return;
    }
    case Type::flag:
      if (!parse_flag(value)) refuse(setting.name, fmt::format("\"{}\" is not on or off", value));
      return;
    case Type::url:
      if (!value.starts_with("http://") && !value.starts_with("https://")) {
        refuse(setting.name, fmt::format("\"{}\" is no http or https URL", value));
      }
      return;
    case Type::choice:
      if (!is_choice(setting.choices, value)) {
        refuse(setting.name, fmt::format("\"{}\" is none of {}", value, setting.choices));
      }
      return;
    case Type::text:
    case Type::secret: return;
  }
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

void read_dotenv(const std::filesystem::path& path, Settings::Environment& into) {
  std::ifstream file{path};
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const auto text = trimmed(line);
    if (text.empty() || text.starts_with('#')) continue;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) {
      refuse(path.string(), fmt::format("line {}: expected KEY=value", number));
    }
    into.insert_or_assign(std::string{trimmed(text.substr(0, equals))},
                          std::string{trimmed(text.substr(equals + 1))});
  }
}

}  // namespace

std::span<const Setting> all_settings() { return kSettings; }

Settings::Settings(Environment environment) : values_(std::move(environment)) { check(); }

Settings Settings::from_process(const std::filesystem::path& dotenv) {
  Environment environment;
  read_dotenv(dotenv, environment);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.insert_or_assign(std::string{text.substr(0, equals)},
                                 std::string{text.substr(equals + 1)});
  }
  return Settings{std::move(environment)};
}

Settings Settings::with(std::string_view name, std::string value) const {
  declared(name);
  auto copy = values_;
  copy.insert_or_assign(std::string{name}, std::move(value));
  return Settings{std::move(copy)};
}

void Settings::check() const {
  for (const auto& [name, value] : values_) {
    const auto* setting = std::ranges::find(kSettings, std::string_view{name}, &Setting::name);
    if (setting != std::end(kSettings)) {
      if (!value.empty()) check_value(*setting, value);
    } else if (name.starts_with("SOUK_") && !name.starts_with("SOUK_TEST_")) {
      refuse(name, "there is no such setting (see .env.example)");
    }
  }
  check_bus();
  check_together({"SOUK_HTTPS_CERT", "SOUK_HTTPS_KEY"});
  check_together({"SOUK_TLS_CERT", "SOUK_TLS_KEY", "SOUK_TLS_CA"});
}

void Settings::check_together(std::initializer_list<std::string_view> names) const {
  const auto is_set = [this](std::string_view name) { return optional(name).has_value(); };
  if (std::ranges::none_of(names, is_set)) return;
  const auto missing = std::ranges::find_if_not(names, is_set);
  if (missing != names.end())
    refuse(*missing, fmt::format("{} need each other", fmt::join(names, ", ")));
}

void Settings::check_bus() const {
  const auto bus = text("SOUK_BUS");
  if (bus == "rabbitmq" && !text("RABBITMQ_URL").starts_with("amqp://")) {
    refuse("RABBITMQ_URL", "SOUK_BUS=rabbitmq needs an amqp:// URL here");
  }
  if (bus == "kafka" && !optional("KAFKA_BROKERS")) {
    refuse("KAFKA_BROKERS", "SOUK_BUS=kafka needs host:port here");
  }
}

std::optional<std::string> Settings::optional(std::string_view name) const {
  const auto& setting = declared(name);
  const auto found = values_.find(std::string{name});
  if (found != values_.end() && !found->second.empty()) return found->second;
  if (setting.fallback.empty()) return std::nullopt;
  return std::string{setting.fallback};
}

std::string Settings::text(std::string_view name) const { return optional(name).value_or(""); }

std::int64_t Settings::integer(std::string_view name) const {
  const auto value = optional(name);
  if (!value) refuse(name, "is not set");
  return *parse_integer(*value);
}

bool Settings::flag(std::string_view name) const { return parse_flag(text(name)).value_or(false); }

std::chrono::milliseconds Settings::milliseconds(std::string_view name) const {
  return std::chrono::milliseconds{integer(name)};
}

}  // namespace souk::config
