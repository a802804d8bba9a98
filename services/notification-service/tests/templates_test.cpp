#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/embedded.hpp"
#include "core/error.hpp"
#include "internal/models/mail.hpp"
#include "internal/models/template_set.hpp"
#include "internal/service/event_messages.hpp"

std::span<const souk::EmbeddedFile> souk_notification_templates();

namespace souk::notification {
namespace {

using testing::HasSubstr;
using testing::Not;

order::v1::OrderConfirmed confirmed() {
  order::v1::OrderConfirmed event;
  event.mutable_customer()->set_user_id("01890000-0000-7000-8000-000000000001");
  auto& order = *event.mutable_order();
  order.set_number("S-1001");
  order.mutable_total()->set_amount(3998);
  order.mutable_total()->set_currency("USD");
  auto& item = *order.add_items();
  item.set_name("<b>Lamp</b> & shade");
  item.set_quantity(2);
  *item.mutable_total() = order.total();
  order.mutable_shipping_address()->set_city("Zürich");
  return event;
}

TEST(Templates, EveryEventHasATemplateThatShowsWhatItTells) {
  const TemplateSet templates{souk_notification_templates()};
  auto message = message_for(EventId{}, confirmed());
  message.data["name"] = "Zoë";
  const auto mail = templates.render(message.kind, message.data);
  EXPECT_EQ(mail.subject, "Your order S-1001");
  EXPECT_THAT(mail.text, HasSubstr("2 x <b>Lamp</b> & shade  39.98 USD"));
  EXPECT_THAT(mail.text, HasSubstr("Zürich"));
  EXPECT_THAT(mail.html, HasSubstr("2 × &lt;b&gt;Lamp&lt;/b&gt; &amp; shade"));
  EXPECT_THAT(mail.html, Not(HasSubstr("<b>Lamp")));
  EXPECT_THAT(mail.html, HasSubstr("Hello Zoë,"));

  payment::v1::PaymentCaptured captured;
  captured.set_user_id("01890000-0000-7000-8000-000000000001");
  captured.mutable_amount()->set_amount(500);
  captured.mutable_amount()->set_currency("JPY");
  const auto receipt = message_for(EventId{}, captured);
  EXPECT_THAT(templates.render(receipt.kind, receipt.data).text, HasSubstr("500 JPY"));

  for (const auto* kind :
       {"welcome", "payment_failed", "order_cancelled", "refund", "order_shipped"}) {
    EXPECT_FALSE(templates.render(kind, {}).html.empty()) << kind;
  }
  EXPECT_THROW(templates.render("no_such", {}), Error);
}

TEST(Mail, HeadersCannotBeInjected) {
  const Mail mail{.id = "1",
                  .recipient = "a@b.c",
                  .recipient_name = "Eve\r\nBcc: x@y.z",
                  .subject = "Grüße \r\nX: y",
                  .text = "text",
                  .html = "<p>html</p>"};
  const auto mime = to_mime(mail, Time{});
  const auto headers = mime.substr(0, mime.find("\r\n\r\n"));
  EXPECT_THAT(headers, Not(HasSubstr("\nBcc:")));
  EXPECT_THAT(headers, Not(HasSubstr("\nX:")));
  EXPECT_THAT(headers, HasSubstr("Subject: =?UTF-8?B?"));
  EXPECT_THAT(headers, HasSubstr("Date: Thu, 01 Jan 1970 00:00:00 +0000"));
}

TEST(Mail, LongSubjectsAreCutBetweenCodePoints) {
  std::string subject;
  for (int i = 0; i < 60; ++i) subject += "ü";
  const auto mime =
      to_mime({.id = "1", .recipient = "a@b.c", .recipient_name = "A", .subject = subject}, Time{});
  // 44 bytes are 22 of them ("…w7w="); had a word been cut at 45 it would end with half a letter ("…w7zD").
  EXPECT_THAT(mime, HasSubstr("w7w=?=\r\n =?UTF-8?B?"));
  EXPECT_THAT(mime, Not(HasSubstr("w7zD?=")));
}

}  // namespace
}  // namespace souk::notification
