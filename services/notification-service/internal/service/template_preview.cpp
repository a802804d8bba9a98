#include "internal/service/template_preview.hpp"

#include <functional>
#include <map>
#include <string>

#include "core/error.hpp"
#include "internal/models/locale_format.hpp"
#include "internal/service/event_messages.hpp"

namespace souk::notification {
namespace {

constexpr char kSampleUser[] = "01890000-0000-7000-8000-000000000001";
/// As long as a real one, so that the line breaks where it would.
constexpr char kSampleToken[] = "u7Vx0sampleOnly0q2R9mWk3TzYbN5cHfJdLpA8eGiQ";
/// A day in autumn 2026.
constexpr std::int64_t kSampleTime_ms = 1'795'440'600'000;

void set(common::v1::Money& money, std::int64_t minor, const std::string& currency) {
  money.set_amount(minor);
  money.set_currency(currency);
}

void add_item(order::v1::Order& order, const char* sku, const char* name, std::int64_t quantity,
              std::int64_t price, const std::string& currency) {
  auto& item = *order.add_items();
  item.set_sku(sku);
  item.set_name(name);
  item.set_quantity(quantity);
  set(*item.mutable_unit_price(), price, currency);
  set(*item.mutable_total(), price * quantity, currency);
}

order::v1::Order sample_order(const std::string& currency) {
  order::v1::Order order;
  order.set_id("01890000-0000-7000-8000-000000000002");
  order.set_number("S-10472");
  order.mutable_created_at()->set_seconds(kSampleTime_ms / 1000);
  add_item(order, "LAMP-BRASS-S", "Brass table lamp, small", 2, 4900, currency);
  add_item(order, "RUG-KILIM-120", "Kilim rug, hand-woven, 120 × 180 cm", 1, 18950, currency);
  add_item(order, "TEA-MINT-100", "Mint tea, 100 g", 3, 650, currency);
  set(*order.mutable_subtotal(), 30700, currency);
  set(*order.mutable_discount_total(), 1500, currency);
  set(*order.mutable_shipping_total(), 590, currency);
  set(*order.mutable_tax_total(), 5660, currency);
  auto& tax = *order.add_tax_lines();
  tax.set_rate_basis_points(1900);
  set(*tax.mutable_taxable(), 29790, currency);
  set(*tax.mutable_tax(), 5660, currency);
  set(*order.mutable_total(), 35450, currency);
  auto& address = *order.mutable_shipping_address();
  address.set_full_name("Zoë Smith");
  address.set_line1("12 Bazaar Lane");
  address.set_line2("2nd floor");
  address.set_postal_code("10117");
  address.set_city("Berlin");
  address.set_country("DE");
  order.set_tracking_number("JD014600003828471");
  order.mutable_payment()->set_status("captured");
  return order;
}

struct Sample {
  std::string currency;
  std::string shop_url;

  template <class Event>
  NewMessage of_order() const {
    Event event;
    *event.mutable_order() = sample_order(currency);
    event.mutable_customer()->set_user_id(kSampleUser);
    if constexpr (requires { event.set_link_token(""); }) event.set_link_token(kSampleToken);
    if constexpr (requires { event.mutable_amount(); }) {
      set(*event.mutable_amount(), 4900, currency);
    }
    return message_for(EventId{}, event, shop_url);
  }

  template <class Event>
  NewMessage of_account(void (*fill)(Event&)) const {
    Event event;
    event.set_user_id(kSampleUser);
    fill(event);
    return message_for(EventId{}, event, shop_url);
  }

  NewMessage of_payment() const {
    payment::v1::PaymentCaptured event;
    event.set_user_id(kSampleUser);
    set(*event.mutable_amount(), 35450, currency);
    return message_for(EventId{}, event, shop_url);
  }
};

using MakeSample = std::function<NewMessage(const Sample&)>;

const std::map<std::string, MakeSample, std::less<>>& samples() {
  static const std::map<std::string, MakeSample, std::less<>> all{
      {"order_confirmation", &Sample::of_order<order::v1::OrderConfirmed>},
      {"payment_failed", &Sample::of_order<order::v1::OrderPaymentFailed>},
      {"order_cancelled", &Sample::of_order<order::v1::OrderCancelled>},
      {"refund", &Sample::of_order<order::v1::OrderRefunded>},
      {"refund_failed", &Sample::of_order<order::v1::OrderRefundFailed>},
      {"order_shipped", &Sample::of_order<order::v1::OrderFulfilled>},
      {"payment_success", &Sample::of_payment},
      {"welcome",
       [](const Sample& sample) {
         return sample.of_account<user::v1::UserRegistered>(
             [](auto& event) { event.set_verification_token(kSampleToken); });
       }},
      {"verify_email",
       [](const Sample& sample) {
         return sample.of_account<user::v1::EmailVerificationRequested>(
             [](auto& event) { event.set_token(kSampleToken); });
       }},
      {"password_reset",
       [](const Sample& sample) {
         return sample.of_account<user::v1::PasswordResetRequested>(
             [](auto& event) { event.set_token(kSampleToken); });
       }},
      {"email_change",
       [](const Sample& sample) {
         return sample.of_account<user::v1::EmailChangeRequested>(
             [](auto& event) { event.set_token(kSampleToken); });
       }},
      {"email_changed",
       [](const Sample& sample) {
         return sample.of_account<user::v1::EmailChanged>(
             [](auto& event) { event.set_new_email("zoe.new@example.com"); });
       }},
      {"password_changed",
       [](const Sample& sample) {
         return sample.of_account<user::v1::PasswordChanged>(
             [](auto& event) { event.set_changed_at_ms(kSampleTime_ms); });
       }},
      {"new_device",
       [](const Sample& sample) {
         return sample.of_account<user::v1::NewDeviceSignedIn>([](auto& event) {
           event.set_device("Firefox, Windows");
           event.set_signed_in_at_ms(kSampleTime_ms);
         });
       }},
  };
  return all;
}

std::string sample_currency(std::string_view locale) {
  const auto language = locale.substr(0, locale.find('-'));
  for (const auto* euro : {"de", "fr", "it", "es", "nl", "pt", "fi", "el"}) {
    if (language == euro) return "EUR";
  }
  return "USD";
}

}  // namespace

Rendered preview(const TemplateSet& templates, std::string_view kind, std::string_view locale) {
  if (locale.empty()) locale = templates.shop().locale;
  if (!is_locale(locale)) {
    throw invalid_field("locale", "invalid_format", "Must be a language such as de or pt-BR.");
  }
  const auto make = samples().find(kind);
  if (make == samples().end()) throw not_found("template");
  auto data = make->second({sample_currency(locale), templates.shop().url}).data;
  data["name"] = "Zoë Smith";
  return templates.render(kind, data, locale);
}

}  // namespace souk::notification
