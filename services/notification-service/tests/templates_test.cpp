#include <regex>
#include <set>
#include <sstream>

#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/embedded.hpp"
#include "core/error.hpp"
#include "internal/models/channels.hpp"
#include "internal/models/locale_format.hpp"
#include "internal/models/mail.hpp"
#include "internal/models/template_set.hpp"
#include "internal/service/event_messages.hpp"
#include "internal/service/template_preview.hpp"

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
  item.mutable_unit_price()->set_amount(1999);
  item.mutable_unit_price()->set_currency("USD");
  order.mutable_shipping_address()->set_city("Zürich");
  return event;
}

TEST(Templates, EveryEventHasATemplateThatShowsWhatItTells) {
  const TemplateSet templates{souk_notification_templates()};
  auto message = message_for(EventId{}, confirmed(), "");
  message.data["name"] = "Zoë";
  const auto mail = templates.render(message.kind, message.data);
  EXPECT_EQ(mail.subject, "Your order S-1001");
  EXPECT_THAT(mail.text, HasSubstr("2 x <b>Lamp</b> & shade  $39.98"));
  EXPECT_THAT(mail.text, HasSubstr("Zürich"));
  EXPECT_THAT(mail.html, HasSubstr("&lt;b&gt;Lamp&lt;/b&gt; &amp; shade<br>"));
  EXPECT_THAT(mail.html, Not(HasSubstr("<b>Lamp")));
  EXPECT_THAT(mail.html, HasSubstr("Hello Zoë,"));

  payment::v1::PaymentCaptured captured;
  captured.set_user_id("01890000-0000-7000-8000-000000000001");
  captured.mutable_amount()->set_amount(500);
  captured.mutable_amount()->set_currency("JPY");
  const auto receipt = message_for(EventId{}, captured, "");
  EXPECT_THAT(templates.render(receipt.kind, receipt.data).text, HasSubstr("¥500"));

  for (const auto* kind : {"welcome", "payment_failed", "order_cancelled", "refund",
                           "refund_failed", "order_shipped"}) {
    EXPECT_FALSE(templates.render(kind, {}).html.empty()) << kind;
  }
  EXPECT_THROW(templates.render("no_such", {}), Error);
}

TEST(Templates, EachKindHasASampleInEachLanguage) {
  const TemplateSet templates{souk_notification_templates(), {}, {.name = "Zoë's <Bazaar>"}};
  int kinds = 0;
  for (const auto& info : templates.list()) {
    EXPECT_TRUE(info.own_files.empty());
    if (!TemplateSet::is_mail(info.kind)) continue;
    EXPECT_THAT(info.locales, testing::ElementsAre("de")) << info.kind;
    ++kinds;
    for (const auto* locale : {"en", "de"}) {
      const auto mail = preview(templates, info.kind, locale);
      for (const auto& text : {mail.subject, mail.text, mail.html}) {
        EXPECT_FALSE(text.empty()) << info.kind;
        EXPECT_THAT(text, Not(HasSubstr("{{"))) << info.kind;
      }
      EXPECT_THAT(mail.html, HasSubstr("Zoë&#39;s &lt;Bazaar&gt;"));
      EXPECT_THAT(mail.text, HasSubstr("Zoë Smith"));
      EXPECT_THAT(mail.text, Not(HasSubstr("Preview:")));
    }
  }
  EXPECT_EQ(kinds, 14);
  EXPECT_THROW(preview(templates, "layout", "en"), Error);
  EXPECT_THROW(preview(templates, "refund", "no language"), Error);
}

TEST(Templates, AmountsAndDatesAreWrittenAsTheReaderDoes) {
  const TemplateSet templates{souk_notification_templates()};
  const auto english = preview(templates, "order_confirmation", "en").text;
  EXPECT_THAT(english, HasSubstr("$354.50"));
  EXPECT_THAT(english, HasSubstr("-$15.00"));
  const auto german = preview(templates, "order_confirmation", "de-AT");
  EXPECT_THAT(german.text, HasSubstr("€\u00a0354,50"));
  EXPECT_THAT(german.subject, HasSubstr("Ihre Bestellung"));
  EXPECT_THAT(preview(templates, "order_confirmation", "de").html, HasSubstr("23. November 2026"));
  EXPECT_THAT(german.html, HasSubstr("Deutschland"));
  EXPECT_THAT(english, HasSubstr("Germany"));
  EXPECT_THAT(preview(templates, "new_device", "de").text, HasSubstr("UTC"));
  LocaleFormat format{"en"};
  EXPECT_EQ(format.money({123456789, Currency::from("KWD")}), "KWD\u00a0123,456.789");
  EXPECT_EQ(format.money({500, Currency::from("JPY")}), "¥500");
  EXPECT_EQ(format.percent(1900), "19%");
  EXPECT_EQ(LocaleFormat{"de"}.percent(750), "7,5\u00a0%");
  EXPECT_EQ(LocaleFormat{"de"}.money({-5, Currency::from("EUR")}), "-0,05\u00a0€");
  EXPECT_EQ(LocaleFormat{"nonsense_!"}.money({5, Currency::from("USD")}), "$0.05");
}

TEST(Templates, MailsAboutAnOrderLeadToItWhereThereIsALink) {
  const TemplateSet templates{souk_notification_templates()};
  constexpr char kPage[] = "/orders/view#token=u7Vx0sampleOnly";
  for (const auto* kind : {"order_confirmation", "order_shipped"}) {
    for (const auto* locale : {"en", "de"}) {
      const auto mail = preview(templates, kind, locale);
      EXPECT_THAT(mail.text, HasSubstr(kPage)) << kind;
      EXPECT_THAT(mail.html, HasSubstr(kPage)) << kind;
    }
    // Of an event from before there were links.
    EXPECT_THAT(templates.render(kind, {}).html, Not(HasSubstr("<a href=\"\""))) << kind;
  }
}

TEST(Templates, AShopsFileTakesThePlaceOfOurs) {
  const TemplateSet templates{
      souk_notification_templates(),
      {{"refund.txt", "Subject: Money!\n\nDear {{{name}}}, {{{amount}}} it is."},
       {"refund.fr.txt", "Subject: Remboursement\nPreview: Bientôt\n\nBonjour"},
       {"words.fr.txt", "because: Pour rien"},
       {"layout.html",
        "<html>{{preview}}|{{words.because}}|{{words.hello}}|{{{content}}}</html>"}}};
  EXPECT_THAT(preview(templates, "refund", "en").text,
              testing::StartsWith("Dear Zoë Smith, $49.00 it is.\n"));
  EXPECT_EQ(preview(templates, "refund", "en").subject, "Money!");
  const auto french = preview(templates, "refund", "fr-CA");
  EXPECT_THAT(french.text, testing::StartsWith("Bonjour\n"));
  EXPECT_THAT(french.html, HasSubstr("<html>Bientôt|Pour rien|Hello|"));
  EXPECT_THAT(preview(templates, "refund", "de").subject, HasSubstr("Ihre Erstattung"));
  EXPECT_THAT(preview(templates, "refund", "de").html, HasSubstr("|Hallo|"));
  const auto infos = templates.list();
  const auto refund = std::ranges::find(infos, "refund", &TemplateInfo::kind);
  EXPECT_THAT(refund->own_files, testing::ElementsAre("refund.fr.txt", "refund.txt"));
}

TEST(Templates, AShopsFileThatCannotBeUsedStopsTheStart) {
  const auto refused = [](const std::string& name, const std::string& text) {
    try {
      const TemplateSet templates{souk_notification_templates(), {{name, text}}};
    } catch (const Error& error) {
      EXPECT_THAT(error.detail, HasSubstr(name));
      return error.code;
    }
    return std::string{};
  };
  EXPECT_EQ(refused("refunds.txt", "Subject: x\n"), "invalid_template");
  EXPECT_EQ(refused("refund.txt", "No subject"), "invalid_template");
  EXPECT_EQ(refused("refund.html", "{{#open}} and never closed"), "invalid_template");
  EXPECT_EQ(refused("refund.NO!.txt", "Subject: x\n"), "invalid_template");
  EXPECT_EQ(refused("layout.txt", "Subject: x\n"), "invalid_template");
  EXPECT_EQ(refused("words.fr.txt", "bonjour: Bonjour\n"), "invalid_template");
  EXPECT_EQ(refused("words.fr.txt", "hello\n"), "invalid_template");
  EXPECT_EQ(refused("words.fr.txt", "hello: Bonjour\n"), "");
  EXPECT_EQ(refused("refund.html", "<p>fine</p>"), "");
}

TEST(Templates, AnOrderSaysWhatItsTotalConsistsOf) {
  const TemplateSet templates{souk_notification_templates()};
  auto event = confirmed();
  const auto mail = [&] {
    const auto message = message_for(EventId{}, event, "https://shop.example");
    return templates.render(message.kind, message.data, "de");
  };
  EXPECT_THAT(mail().text, Not(HasSubstr("Zwischensumme")));
  EXPECT_THAT(mail().html, Not(HasSubstr("Zwischensumme")));
  EXPECT_THAT(mail().text, Not(HasSubstr("\n\n\n"))) << "what is not told leaves no gap";
  EXPECT_THAT(mail().html, Not(HasSubstr("account/orders")));

  auto& order = *event.mutable_order();
  order.set_id("o-1");
  EXPECT_THAT(mail().html, HasSubstr("href=\"https://shop.example/account/orders/o-1\""));
  EXPECT_THAT(mail().text,
              HasSubstr("Bestellung ansehen: https://shop.example/account/orders/o-1"));
  auto& tax = *order.add_tax_lines();
  tax.set_rate_basis_points(1900);
  tax.set_included(true);
  tax.mutable_tax()->set_amount(638);
  tax.mutable_tax()->set_currency("USD");
  for (const auto& text : {mail().text, mail().html}) {
    EXPECT_THAT(text, HasSubstr("Enthaltene Steuern (19\u00a0%)"));
    EXPECT_THAT(text, Not(HasSubstr("Zwischensumme"))) << "the total is what the lines add up to";
  }
  tax.set_included(false);
  order.mutable_tax_total()->CopyFrom(tax.tax());
  order.mutable_subtotal()->CopyFrom(order.total());
  for (const auto& text : {mail().text, mail().html}) {
    EXPECT_THAT(text, HasSubstr("Zwischensumme"));
    EXPECT_THAT(text, HasSubstr("Steuern (19\u00a0%)"));
    EXPECT_THAT(text, HasSubstr("6,38\u00a0$"));
  }
}

TEST(Templates, WhoSellsStandsUnderEachMail) {
  const TemplateSet templates{souk_notification_templates(),
                              {},
                              {.seller = {"Souk & Co. GmbH", "12 Bazaar Lane", "DE 123"}}};
  const auto mail = templates.render("welcome", {});
  EXPECT_THAT(mail.html, HasSubstr("Souk &amp; Co. GmbH<br>12 Bazaar Lane"));
  EXPECT_THAT(mail.text, HasSubstr("\nSouk & Co. GmbH\n12 Bazaar Lane\nDE 123\n"));
}

/// Names of {{words.…}} in our files: one that no list has would be an empty place in a mail.
TEST(Templates, EveryWordIsSaidInEveryLanguage) {
  std::set<std::string> used;
  std::map<std::string, std::set<std::string>> said;
  for (const auto& file : souk_notification_templates()) {
    const std::string text{file.text};
    if (file.name.starts_with("words.")) {
      std::istringstream lines{text};
      for (std::string line; std::getline(lines, line);) {
        said[std::string{file.name}].insert(line.substr(0, line.find(':')));
      }
    }
    const std::regex word{R"(\{words\.(\w+)\})"};
    for (std::sregex_iterator found{text.begin(), text.end(), word}, end; found != end; ++found) {
      used.insert((*found)[1]);
    }
  }
  EXPECT_THAT(said, testing::SizeIs(2));
  EXPECT_EQ(said["words.txt"], said["words.de.txt"]);
  for (const auto& word : used) EXPECT_TRUE(said["words.txt"].contains(word)) << word;
  for (const auto& rule : kind_rules()) {
    if (can_unsubscribe(rule.kind)) {
      EXPECT_TRUE(said["words.txt"].contains("mails_" + std::string{rule.kind})) << rule.kind;
    }
  }
}

TEST(Templates, WhatCanBeEndedSaysHow) {
  const TemplateSet templates{souk_notification_templates()};
  const boost::json::object data{{"unsubscribe_url", "https://shop.example/u?token=a&b"}};
  const auto mail = templates.render("order_shipped", data, "de");
  EXPECT_THAT(mail.text, HasSubstr("\nAbmelden: https://shop.example/u?token=a&b\n"));
  EXPECT_THAT(mail.html, HasSubstr("href=\"https://shop.example/u?token=a&amp;b\""));
  const auto owed = templates.render("order_confirmation", {}, "de");
  EXPECT_THAT(owed.text, Not(HasSubstr("Abmelden")));
  EXPECT_THAT(owed.html, Not(HasSubstr("Abmelden")));
}

TEST(Mail, UnsubscribingIsOfferedWhereItIsPossible) {
  Mail mail{.id = "1", .recipient = "a@b.c", .recipient_name = "A", .subject = "S"};
  EXPECT_THAT(to_mime(mail, {}, Time{}), Not(HasSubstr("List-Unsubscribe")));
  mail.unsubscribe_url = "https://shop.example/u?token=abc";
  const auto mime = to_mime(mail, {"orders@shop.example", "Zoë"}, Time{});
  EXPECT_THAT(mime, HasSubstr("\r\nList-Unsubscribe: <https://shop.example/u?token=abc>\r\n"));
  EXPECT_THAT(mime, HasSubstr("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
  EXPECT_THAT(mime, HasSubstr("From: =?UTF-8?B?Wm/Dqw==?= <orders@shop.example>\r\n"));
  EXPECT_THAT(mime, HasSubstr("\r\nMessage-ID: <1@shop.example>\r\n"));
}

TEST(Mail, HeadersCannotBeInjected) {
  const Mail mail{.id = "1",
                  .recipient = "a@b.c",
                  .recipient_name = "Eve\r\nBcc: x@y.z",
                  .subject = "Grüße \r\nX: y",
                  .text = "text",
                  .html = "<p>html</p>"};
  const auto mime = to_mime(mail, {}, Time{});
  const auto headers = mime.substr(0, mime.find("\r\n\r\n"));
  EXPECT_THAT(headers, Not(HasSubstr("\nBcc:")));
  EXPECT_THAT(headers, Not(HasSubstr("\nX:")));
  EXPECT_THAT(headers, HasSubstr("Subject: =?UTF-8?B?"));
  EXPECT_THAT(headers, HasSubstr("Date: Thu, 01 Jan 1970 00:00:00 +0000"));
}

TEST(Mail, LongSubjectsAreCutBetweenCodePoints) {
  std::string subject;
  for (int i = 0; i < 60; ++i) subject += "ü";
  const auto mime = to_mime(
      {.id = "1", .recipient = "a@b.c", .recipient_name = "A", .subject = subject}, {}, Time{});
  // 44 bytes are 22 of them ("…w7w="); had a word been cut at 45 it would end with half a letter ("…w7zD").
  EXPECT_THAT(mime, HasSubstr("w7w=?=\r\n =?UTF-8?B?"));
  EXPECT_THAT(mime, Not(HasSubstr("w7zD?=")));
}

}  // namespace
}  // namespace souk::notification
