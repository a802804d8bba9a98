#include <fstream>

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// What a customer and a bookkeeper see of money, through the public API and the command line.
namespace souk::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class BillingJourney : public ::testing::TestWithParam<Shape> {
 protected:
  BillingJourney() {
    platform_.start();
    admin_.emplace(platform_.url());
    admin_->log_in_as_admin();
    shopper_.emplace(platform_.url());
    shopper_->register_account();
  }

  ApiReply refund(const std::string& order, boost::json::object body) {
    body["reason"] = "broken";
    return admin_->post("/api/v1/orders/" + order + "/refunds", body, ApiClient::unique_key());
  }
  /// Once as many documents of the order have their number.
  ApiReply documents(const std::string& order, std::size_t count) {
    ApiReply reply;
    EXPECT_TRUE(eventually([&] {
      reply = shopper_->get("/api/v1/orders/" + order + "/invoices");
      if (reply.status != 200) return false;
      const auto& items = reply.at("items").as_array();
      return items.size() == count && std::ranges::none_of(items, [](const auto& item) {
               return item.at("number").as_string().empty();
             });
    })) << boost::json::serialize(reply.body);
    return reply;
  }

  RunningPlatform platform_{
      GetParam(),
      {"SOUK_RATE_LIMITS=off", "SOUK_TAX_RATES=US=8.25,*=0", "SOUK_SELLER_NAME=Brass & Co",
       "SOUK_SELLER_ADDRESS=1 Lamp Lane|Springfield", "SOUK_SELLER_VAT_ID=XX123"}};
  std::optional<ApiClient> admin_, shopper_;
};

TEST_P(BillingJourney, FromTheTaxedOrderToTheBalancedBooks) {
  const auto sku = admin_->make_product(1999, 10);
  const auto order = shopper_->order(sku, 2);
  ASSERT_EQ(order.status, 201) << boost::json::serialize(order.body);
  EXPECT_EQ(order.number("tax_total.amount"), 330);  // 8.25 % of 3998 is 329.8
  EXPECT_EQ(order.number("total.amount"), 4328);
  EXPECT_EQ(order.number("tax_lines.0.rate_basis_points"), 825);
  const auto id = order.text("id");

  documents(id, 1);
  const auto invoice = shopper_->get("/api/v1/orders/" + id + "/invoice");
  EXPECT_THAT(invoice.text("number"), StartsWith("INV-"));
  EXPECT_EQ(invoice.text("seller.name"), "Brass & Co");
  EXPECT_EQ(invoice.text("seller.address.1"), "Springfield");
  EXPECT_EQ(invoice.number("total.amount"), 4328);
  EXPECT_EQ(invoice.number("tax_lines.0.tax.amount"), 330);
  const auto pdf = shopper_->get("/api/v1/orders/" + id + "/invoice.pdf");
  EXPECT_EQ(pdf.headers.get("Content-Type"), "application/pdf");
  EXPECT_EQ(pdf.headers.get("Content-Disposition"),
            "inline; filename=\"" + invoice.text("number") + ".pdf\"");
  EXPECT_THAT(pdf.file, StartsWith("%PDF-"));
  const auto page = shopper_->get("/api/v1/orders/" + id + "/invoice.html");
  EXPECT_EQ(page.headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(std::string{page.headers.get("Content-Security-Policy").value()},
              HasSubstr("default-src 'none'"));
  EXPECT_THAT(page.file, HasSubstr("Brass &amp; Co"));

  EXPECT_EQ(refund(id, {{"amount", {{"amount", 1000}, {"currency", "USD"}}}}).status, 201);
  EXPECT_EQ(refund(id, {}).status, 201);
  const auto all = documents(id, 3);
  EXPECT_EQ(all.text("items.0.kind"), "credit_note");
  EXPECT_EQ(all.text("items.0.invoice_number"), invoice.text("number"));
  EXPECT_EQ(
      all.number("items.0.tax_lines.0.tax.amount") + all.number("items.1.tax_lines.0.tax.amount"),
      330);
  const auto note = "/api/v1/invoices/" + all.text("items.0.id");
  EXPECT_THAT(shopper_->get(note + "/pdf").file, StartsWith("%PDF-"));
  EXPECT_THAT(shopper_->get(note + "/html").file, HasSubstr("Credit note"));

  const auto books = platform_.souk({"payments", "ledger"});
  EXPECT_EQ(books.exit_code, 0) << books.err;
  EXPECT_THAT(books.out, HasSubstr("the books balance"));
  EXPECT_THAT(books.out, HasSubstr("customer             0.00 USD"));
  const auto reconciled = platform_.souk({"payments", "reconcile"});
  EXPECT_EQ(reconciled.exit_code, 0) << reconciled.out << reconciled.err;
}

TEST_P(BillingJourney, OthersSeeNothingAndStaffSeesAll) {
  const auto sku = admin_->make_product(500, 10);
  const auto id = shopper_->order(sku, 1).text("id");
  const auto invoice = documents(id, 1).text("items.0.id");
  const auto payment = admin_->get("/api/v1/payments?order_id=" + id);
  EXPECT_EQ(payment.number("items.0.amount.amount"), 541);
  EXPECT_EQ(admin_->get("/api/v1/payments?provider=stripe").at("items").as_array().size(), 0U);

  ApiClient other{platform_.url()};
  other.register_account();
  for (const auto& path :
       {"/api/v1/orders/" + id + "/invoice", "/api/v1/orders/" + id + "/invoice.pdf",
        "/api/v1/orders/" + id + "/invoices", "/api/v1/invoices/" + invoice,
        "/api/v1/invoices/" + invoice + "/html"}) {
    EXPECT_EQ(other.get(path).status, 404) << path;
    EXPECT_EQ(admin_->get(path).status, 200) << path;
    EXPECT_EQ(ApiClient{platform_.url()}.get(path).status, 401) << path;
  }
  const std::string days = "?from=2020-01-01&to=2099-12-31";
  for (const auto& path : {std::string{"/api/v1/invoices"}, "/api/v1/invoices/export" + days,
                           "/api/v1/payments/export" + days}) {
    EXPECT_EQ(shopper_->get(path).status, 403) << path;
    EXPECT_EQ(admin_->get(path).status, 200) << path;
  }
  const auto number = admin_->get("/api/v1/invoices/" + invoice).text("number");
  const auto found = admin_->get("/api/v1/invoices?number=" + number);
  EXPECT_EQ(found.text("items.0.id"), invoice);
  EXPECT_EQ(admin_->get("/api/v1/invoices?to=2020-01-01").at("items").as_array().size(), 0U);
  const auto csv = admin_->get("/api/v1/invoices/export" + days);
  EXPECT_EQ(csv.headers.get("Content-Disposition"),
            "attachment; filename=\"invoices-2020-01-01-2099-12-31.csv\"");
  EXPECT_THAT(csv.file, HasSubstr(number + ",invoice,"));
  EXPECT_THAT(csv.file, HasSubstr(",USD,5.00,0.41,5.41\r\n"));
  EXPECT_THAT(admin_->get("/api/v1/payments/export" + days).file, HasSubstr(id));

  for (const auto* wrong :
       {"/api/v1/invoices?from=2026-02-30", "/api/v1/invoices?from=yesterday",
        "/api/v1/invoices?number=1", "/api/v1/invoices?kind=receipt", "/api/v1/invoices/export",
        "/api/v1/payments?order_id=1", "/api/v1/payments/export?from=2026-01-01&to=x"})
    EXPECT_EQ(admin_->get(wrong).status, 422) << wrong;
  EXPECT_EQ(admin_->get("/api/v1/invoices?page_token=forged").status, 400);
}

INSTANTIATE_TEST_SUITE_P(Shapes, BillingJourney,
                         ::testing::Values(Shape::one_process, Shape::seven_processes),
                         [](const auto& param) {
                           return param.param == Shape::one_process ? "OneProcess"
                                                                    : "SevenProcesses";
                         });

}  // namespace
}  // namespace souk::testing
