#include "internal/models/invoice.hpp"

#include <cstdio>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "internal/models/invoice_json.hpp"
#include "internal/models/invoice_view.hpp"
#include "internal/models/ledger.hpp"
#include "internal/service/invoice_html.hpp"
#include "internal/service/invoice_pdf.hpp"
#include "testing/scratch.hpp"

namespace souk::payment {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Currency kEur = Currency::from("EUR");

/// 120.00 and 19 % on it, of `lines` lines that cost the same.
BillingDocument invoice(int lines = 2) {
  BillingDocument document{.id = {},
                           .source = {},
                           .order = {},
                           .order_number = "S-261123-ABCD",
                           .user = {},
                           .payment = {},
                           .invoice = std::nullopt,
                           .invoice_number = {},
                           .currency = kEur,
                           .content = {.customer = {"Ada Byron", {"12 St James Square", "London"}},
                                       .ordered_at = from_rfc3339("2026-11-22T10:00:00Z")},
                           .created_at = from_rfc3339("2026-11-22T10:00:01Z"),
                           .issue = std::nullopt};
  auto& content = document.content;
  for (int i = 0; i < lines; ++i)
    content.lines.push_back(
        {fmt::format("SKU-{}", i), fmt::format("Brass lamp {}", i), 2, 3000, 6000});
  content.subtotal = 6000 * lines;
  content.taxes = {{1900, false, content.subtotal, content.subtotal * 19 / 100}};
  content.total = content.subtotal + content.tax();
  document.issue = {.year = 2026,
                    .number = 42,
                    .at = from_rfc3339("2026-11-23T09:00:00Z"),
                    .seller = {{"Souk & Söhne GmbH", {"Basarstraße 1", "10115 Berlin"}},
                               "DE123456789",
                               "billing@souk.example"}};
  return document;
}

TEST(Invoice, NumbersAreMadeForPaper) {
  EXPECT_EQ(invoice().number(), "INV-2026-000042");
  EXPECT_EQ(number_text(DocumentKind::credit_note, 2027, 7), "CN-2027-000007");
  auto fresh = invoice();
  fresh.issue.reset();
  EXPECT_EQ(fresh.number(), "");
}

TEST(Invoice, KeepsItsContentAndSeller) {
  const auto document = invoice();
  EXPECT_EQ(content_from_json(content_to_json(document.content)), document.content);
  EXPECT_EQ(seller_from_json(seller_to_json(document.issue->seller)), document.issue->seller);
}

TEST(CreditNote, OverEverythingRepeatsTheInvoice) {
  const auto billed = invoice();
  EXPECT_EQ(credit_of(billed, billed.content.total, 0), billed.content);
  EXPECT_THROW(credit_of(billed, billed.content.total, 1), std::logic_error);
}

TEST(CreditNotes, OfRandomPartsAddUpToTheInvoiceToTheLastCent) {
  std::mt19937_64 random{11};
  const auto pick = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>{low, high}(random);
  };
  for (int round = 0; round < 500; ++round) {
    auto billed = invoice();
    auto& content = billed.content;
    const bool included = pick(0, 1) == 1;
    content.subtotal = pick(1, 1'000'000);
    const auto tax = pick(0, content.subtotal / 2);
    content.taxes = {{1900, included, included ? content.subtotal - tax : content.subtotal, tax}};
    content.total = content.subtotal + (included ? 0 : tax);
    std::int64_t credited = 0, taxes = 0, taxable = 0;
    while (credited < content.total) {
      const auto amount = pick(1, content.total - credited);
      const auto part = credit_of(billed, amount, credited);
      ASSERT_EQ(part.total, amount);
      ASSERT_EQ(part.subtotal + (included ? 0 : part.tax()), amount);
      ASSERT_GE(part.tax(), 0);
      ASSERT_LE(part.tax(), amount);
      credited += amount;
      taxes += part.tax();
      taxable += part.taxes[0].taxable;
    }
    ASSERT_EQ(taxes, tax);
    ASSERT_EQ(taxable, content.taxes[0].taxable);
  }
}

TEST(InvoiceText, ShowsAmountsAndRatesAsPeopleWriteThem) {
  EXPECT_EQ(amount_text(123456789, kEur), "1,234,567.89");
  EXPECT_EQ(amount_text(5, kEur), "0.05");
  EXPECT_EQ(amount_text(1500, Currency::from("JPY")), "1,500");
  EXPECT_EQ(amount_text(1234567, Currency::from("KWD")), "1,234.567");
  EXPECT_EQ(plain_amount(123456789, kEur), "1234567.89");
  EXPECT_EQ(percent_text(1900), "19%");
  EXPECT_EQ(percent_text(550), "5.5%");
  EXPECT_EQ(percent_text(825), "8.25%");
  EXPECT_EQ(date_text(from_rfc3339("2026-02-03T23:59:59Z")), "3 February 2026");
}

TEST(InvoicePage, SaysEverythingAndEscapesIt) {
  auto document = invoice();
  document.content.lines[0].name = "<script>alert(1)</script>";
  const auto html = InvoicePage{""}.render(view_of(document));
  for (const auto* words : {"INV-2026-000042", "Souk &amp; Söhne GmbH", "VAT ID DE123456789",
                            "Ada Byron", "Tax 19% on 120.00", "142.80", "22 November 2026"})
    EXPECT_THAT(html, HasSubstr(words));
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
}

TEST(InvoicePage, MayBeTheShopsOwn) {
  const testing::ScratchFolder folder;
  std::ofstream{folder.path() / "invoice.html"} << "{{number}}: {{customer_name}}";
  EXPECT_EQ(InvoicePage{folder.path().string()}.render(view_of(invoice())),
            "INV-2026-000042: Ada Byron");
  EXPECT_THROW(InvoicePage{(folder.path() / "nowhere").string()}, Error);
  std::ofstream{folder.path() / "invoice.html"} << "{{#rows}}";
  EXPECT_THROW(InvoicePage{folder.path().string()}, Error);
}

/// What a reader of the PDF finds in it.
std::string text_of(const std::string& pdf) {
  const testing::ScratchFolder folder;
  const auto path = folder.path() / "invoice.pdf";
  std::ofstream{path, std::ios::binary} << pdf;
  auto* reader = popen(fmt::format("pdftotext -layout '{}' -", path.string()).c_str(), "r");
  std::string text;
  for (int c = std::fgetc(reader); c != EOF; c = std::fgetc(reader)) text += static_cast<char>(c);
  EXPECT_EQ(pclose(reader), 0) << "pdftotext (poppler-utils) is missing";
  return text;
}

TEST(InvoicePdf, SaysEverythingInAnyScript) {
  auto document = invoice();
  document.content.lines[0].name = "Лампа латунная";
  document.content.customer.name = "Ζωή Παπαδοπούλου";
  const auto view = view_of(document);
  const auto pdf = invoice_pdf(view, document.issue->at);
  EXPECT_EQ(pdf.substr(0, 5), "%PDF-");
  const auto text = text_of(pdf);
  for (const auto* words :
       {"INV-2026-000042", "Souk & Söhne GmbH", "Лампа латунная", "Ζωή Παπαδοπούλου",
        "Tax 19% on 120.00", "Total EUR", "142.80", "Page 1 of 1"})
    EXPECT_THAT(text, HasSubstr(words));
  EXPECT_EQ(invoice_pdf(view, document.issue->at), pdf) << "printed again it is the same";
}

TEST(InvoicePdf, GoesOverAsManyPagesAsItNeeds) {
  const auto text = text_of(invoice_pdf(view_of(invoice(100)), invoice().issue->at));
  const auto times = [&](std::string_view words) {
    std::ptrdiff_t count = 0;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
      ++count;
    return count;
  };
  const auto pages = std::ranges::count(text, '\f');
  EXPECT_GT(pages, 3);
  EXPECT_EQ(times("Description"), pages) << "the table has its head on every page";
  EXPECT_EQ(times("Total EUR"), 1);
  for (int line = 0; line < 100; ++line)
    EXPECT_EQ(times(fmt::format("Brass lamp {} ", line)), 1) << line;
  for (std::ptrdiff_t page = 1; page <= pages; ++page)
    EXPECT_EQ(times(fmt::format("Page {} of {}\n", page, pages)), 1);
}

TEST(Ledger, EveryEntryBalances) {
  const auto sum = [](const LedgerEntry& entry) {
    std::int64_t total = 0;
    for (const auto& posting : entry.postings) total += posting.amount_minor;
    return total;
  };
  const Money amount{1999, kEur}, tax{319, kEur};
  for (const auto& entry :
       {fee_entry({}, {}, amount), dispute_entry({}, {}, kEur, {"txn_1", 1999, 1500}),
        dispute_entry({}, {}, kEur, {"txn_2", -1999, 0}), invoice_entry({}, {}, amount, tax),
        credit_note_entry({}, {}, amount, tax),
        refund_failed_entry({.amount = amount, .reason = {}, .provider = {}})}) {
    EXPECT_EQ(sum(entry), 0) << entry.kind;
    EXPECT_GE(entry.postings.size(), 2U) << entry.kind;
  }
  EXPECT_TRUE(fee_entry({}, {}, Money::zero(kEur)).postings.empty());
  EXPECT_TRUE(dispute_entry({}, {}, kEur, {"txn_3", 0, 0}).postings.empty());
}

}  // namespace
}  // namespace souk::payment
