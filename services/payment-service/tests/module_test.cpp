#include <gtest/gtest.h>

#include "apps/sandbox-provider/sandbox_provider.hpp"
#include "common/events.pb.h"
#include "order/events.pb.h"
#include "payment/payment.pb.h"
#include "runtime/blocking.hpp"
#include "runtime/host.hpp"
#include "services/payment-service/payment_module.hpp"
#include "testing/test_database.hpp"

namespace souk::payment {
namespace {

/// The whole service as a process hosts it, spoken to over gRPC, with the sandbox provider beside
/// it.
class PaymentModuleTest : public ::testing::Test {
 protected:
  PaymentModuleTest() {
    runtime::run_on(provider_loop.executor(), [this] { return provider.start(); });
    process.emplace(config::Settings{{{"PAYMENT_DATABASE_URL", payment_database.app_url()},
                                      {"SANDBOX_PAYMENT_URL", provider.url()},
                                      {"PAYMENT_PROVIDER_TIMEOUT_MS", "300"},
                                      {"SOUK_INTERNAL_KEY", std::string(64, 'a')},
                                      {"SOUK_LOG_LEVEL", "error"}}},
                    "payment-test");
    host.emplace(*process, std::vector{module()}, runtime::HostOptions{});
    host->start();
  }
  ~PaymentModuleTest() override {
    host->stop();
    host.reset();
    runtime::run_on(provider_loop.executor(),
                    [this] { return provider.stop(std::chrono::milliseconds{500}); });
  }

  rpc::Call call() {
    return rpc::Call::background("order-service", std::chrono::seconds{10}, process->random);
  }

  template <class Reply, class Request>
  Reply ask(std::string_view method, const Request& request, const rpc::Call& as) {
    const rpc::Method<Request, Reply> ask{host->channel("payment-service"), "order-service",
                                          "souk.payment.v1.PaymentService", method};
    return runtime::run_on(caller_loop.executor(),
                           [&]() -> Task<Reply> { co_return co_await ask(as, request); });
  }

  v1::Payment charge(const std::string& order, const std::string& token,
                     std::int64_t amount = 500) {
    v1::ChargeRequest request;
    request.set_order_id(order);
    request.set_user_id(order);
    request.mutable_amount()->set_amount(amount);
    request.mutable_amount()->set_currency("USD");
    request.set_method("card");
    request.set_token(token);
    return ask<v1::Payment>("Charge", request, call());
  }
  v1::Refund refund(const std::string& order, std::int64_t amount) {
    v1::RefundRequest request;
    request.set_refund_id(new_id());
    request.set_order_id(order);
    request.mutable_amount()->set_amount(amount);
    request.mutable_amount()->set_currency("USD");
    request.set_reason("broken");
    return ask<v1::Refund>("RefundPayment", request, call());
  }
  v1::ListPaymentsReply list(const std::string& status, int page_size, const std::string& token,
                             std::vector<std::string> roles) {
    v1::ListPaymentsRequest request;
    request.set_status(status);
    request.set_page_size(page_size);
    request.set_page_token(token);
    auto as = call();
    as.identity.user = UserId{process->ids.next()};
    as.identity.roles = std::move(roles);
    return ask<v1::ListPaymentsReply>("ListPayments", request, as);
  }
  rpc::Call shopper(std::vector<std::string> roles = {"customer"}) {
    auto as = call();
    as.identity.user = UserId{process->ids.next()};
    as.identity.roles = std::move(roles);
    return as;
  }
  v1::Reconciliation reconcile(std::vector<std::string> roles = {"staff"}) {
    return ask<v1::Reconciliation>("StartReconciliation", v1::StartReconciliationRequest{},
                                   shopper(std::move(roles)));
  }
  v1::ListReconciliationsReply reconciliations(std::vector<std::string> roles = {"staff"}) {
    return ask<v1::ListReconciliationsReply>(
        "ListReconciliations", v1::ListReconciliationsRequest{}, shopper(std::move(roles)));
  }
  /// Of the reconciliation of that id, once it has ended.
  v1::Reconciliation outcome_of(const std::string& id) {
    for (int i = 0; i < 500; ++i) {
      for (const auto& item : reconciliations().items())
        if (item.id() == id && item.status() != "running") return item;
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    ADD_FAILURE() << "the reconciliation does not end";
    return {};
  }
  /// The code of the refusal; empty: it was taken.
  std::string webhook(const std::string& to, const std::string& body) {
    v1::ReceiveWebhookRequest request;
    request.set_provider(to);
    request.set_body(body);
    auto as = call();
    as.identity.service = "api-gateway";
    try {
      ask<common::v1::Nothing>("ReceiveWebhook", request, as);
      return "";
    } catch (const Error& error) {
      return error.code;
    }
  }
  Task<> execute(database::Query query, std::string value) {
    database::Database database{caller_loop.executor(), {.url = payment_database.app_url()}};
    co_await database.query(
        {kDefaultTenant, std::chrono::steady_clock::now() + std::chrono::seconds{5}}, query, value);
  }
  std::string new_id() { return process->ids.next().str(); }

  testing::TestDatabase payment_database{module().migrations};
  testing::TestDatabase sandbox_database{sandbox_provider_migrations()};
  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  runtime::EventLoop caller_loop;
  runtime::EventLoop provider_loop;
  sandbox::SandboxProvider provider{
      provider_loop.context(), clock, ids, {.database_url = sandbox_database.app_url()}};
  std::optional<runtime::Process> process;
  std::optional<runtime::Host> host;
};

TEST_F(PaymentModuleTest, ChargesRefundsVoidsAndReconciles) {
  const auto order = new_id();
  const auto payment = charge(order, "tok_visa");
  EXPECT_EQ(payment.status(), v1::PAYMENT_STATUS_CAPTURED);
  EXPECT_EQ(payment.order_id(), order);
  EXPECT_EQ(payment.amount().amount(), 500);
  EXPECT_EQ(charge(new_id(), "tok_declined").decline_code(), "card_declined");
  EXPECT_EQ(charge(new_id(), "tok_timeout").status(), v1::PAYMENT_STATUS_CAPTURED);

  EXPECT_EQ(refund(order, 200).status(), "succeeded");
  v1::GetPaymentRequest get;
  get.set_order_id(order);
  const auto stored = ask<v1::Payment>("GetPayment", get, call());
  EXPECT_EQ(stored.status(), v1::PAYMENT_STATUS_PARTIALLY_REFUNDED);
  EXPECT_EQ(stored.refunded().amount(), 200);

  v1::VoidRequest request;
  request.set_order_id(order);
  EXPECT_EQ(ask<v1::Payment>("Void", request, call()).status(), v1::PAYMENT_STATUS_REFUNDED);

  const auto report = ask<v1::ReconcileReply>("Reconcile", v1::ReconcileRequest{}, call());
  EXPECT_EQ(report.charges_compared(), 2);
  EXPECT_EQ(report.differences_size(), 0);
}

TEST_F(PaymentModuleTest, ListsForStaffNewestFirst) {
  std::vector<std::string> orders;
  for (int i = 0; i < 5; ++i) {
    orders.push_back(new_id());
    charge(orders.back(), i == 2 ? "tok_declined" : "tok_visa");
  }
  std::vector<std::string> listed;
  std::string token;
  do {
    const auto page = list("", 2, token, {"staff"});
    for (const auto& item : page.items()) listed.push_back(item.order_id());
    token = page.next_page_token();
  } while (!token.empty());
  std::ranges::reverse(listed);
  EXPECT_EQ(listed, orders);

  const auto declined = list("declined", 20, "", {"admin"});
  ASSERT_EQ(declined.items_size(), 1);
  EXPECT_EQ(declined.items(0).order_id(), orders[2]);
  EXPECT_THROW(list("", 20, "", {"customer"}), Error);
  EXPECT_THROW(list("", 20, "forged", {"staff"}), Error);
}

TEST_F(PaymentModuleTest, ShowsDisputesToStaff) {
  const auto payment = charge(new_id(), "tok_visa");
  charge(new_id(), "tok_visa");
  runtime::run_on(caller_loop.executor(), [&] {
    return execute({"test.dispute", R"(
        INSERT INTO disputes (provider, id, payment_id, status, reason, amount_minor, currency,
                              changed_at)
        VALUES ('sandbox', 'dp_1', $1::uuid, 'needs_response', 'fraudulent', 500, 'USD', now()))"},
                   payment.id());
  });
  const auto page = list("", 20, "", {"staff"});
  ASSERT_EQ(page.items_size(), 2);
  EXPECT_EQ(page.items(0).disputes_size(), 0);
  ASSERT_EQ(page.items(1).disputes_size(), 1);
  EXPECT_EQ(page.items(1).disputes(0).id(), "dp_1");
  EXPECT_EQ(page.items(1).disputes(0).status(), "needs_response");
  EXPECT_EQ(page.items(1).disputes(0).amount().amount(), 500);
}

TEST_F(PaymentModuleTest, TakesWebhooksOfItsProvidersOnly) {
  EXPECT_EQ(webhook("nobody", "{}"), "not_found");
  EXPECT_EQ(webhook("paypal", "{}"), "not_found") << "its keys are not set";
  EXPECT_EQ(webhook("sandbox", "{}"), "not_found") << "it sends none";
}

TEST_F(PaymentModuleTest, WritesAnInvoiceForWhatOrdersTellAndShowsItToItsCustomer) {
  order::v1::OrderConfirmed confirmed;
  auto& order = *confirmed.mutable_order();
  order.set_id(new_id());
  order.set_number("S-1");
  order.set_user_id(new_id());
  order.mutable_payment()->set_id(new_id());
  order.mutable_shipping_address()->set_full_name("Ada");
  for (auto* money : {order.mutable_subtotal(), order.mutable_total()}) {
    money->set_amount(500);
    money->set_currency("USD");
  }
  common::v1::DeliverRequest delivery;
  auto& event = *delivery.add_events();
  event.set_id(new_id());
  event.set_topic("order.confirmed");
  event.set_aggregate_id(order.id());
  event.set_tenant_id(kDefaultTenant.str());
  event.set_payload(confirmed.SerializeAsString());
  const rpc::Method<common::v1::DeliverRequest, common::v1::DeliverReply> deliver{
      host->channel("payment-service"), "order-service", "souk.common.v1.EventSink", "Deliver"};
  const auto as = call();
  for (int i = 0; i < 2; ++i) {
    const auto reply =
        runtime::run_on(caller_loop.executor(), [&]() { return deliver(as, delivery); });
    EXPECT_TRUE(reply.outcomes(0).accepted()) << reply.outcomes(0).reason();
  }

  auto ada = call();
  ada.identity.user = UserId::from(order.user_id());
  v1::OrderInvoiceRequest of_order;
  of_order.set_order_id(order.id());
  v1::Invoice invoice;
  for (int i = 0; i < 200 && invoice.number().empty(); ++i) {
    invoice = ask<v1::Invoice>("GetOrderInvoice", of_order, ada);
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  EXPECT_EQ(invoice.number().substr(0, 4), "INV-");
  EXPECT_EQ(invoice.total().amount(), 500);
  const auto pdf = ask<common::v1::File>("GetOrderInvoicePdf", of_order, ada);
  EXPECT_EQ(pdf.name(), invoice.number() + ".pdf");
  EXPECT_EQ(pdf.content().substr(0, 5), "%PDF-");
  auto eve = call();
  eve.identity.user = UserId{process->ids.next()};
  EXPECT_THROW(ask<v1::Invoice>("GetOrderInvoice", of_order, eve), Error);
  const auto books = ask<v1::CheckLedgerReply>("CheckLedger", v1::CheckLedgerRequest{}, call());
  EXPECT_EQ(books.problems_size(), 0);
}

TEST_F(PaymentModuleTest, SaysHowItCanBePaid) {
  const auto reply = ask<v1::ListPaymentMethodsReply>("ListPaymentMethods",
                                                      v1::ListPaymentMethodsRequest{}, shopper());
  ASSERT_EQ(reply.items_size(), 1) << "only the sandbox is set up, and it has no PayPal";
  EXPECT_EQ(reply.items(0).method(), "card");
  EXPECT_EQ(reply.items(0).provider(), "sandbox");
  EXPECT_EQ(reply.items(0).publishable_key(), "");
}

TEST_F(PaymentModuleTest, ReconcilesForStaff) {
  const auto order = new_id();
  charge(order, "tok_visa");
  const auto begun = reconcile();
  EXPECT_EQ(begun.status(), "running");
  const auto clean = outcome_of(begun.id());
  EXPECT_EQ(clean.status(), "done");
  EXPECT_EQ(clean.charges_compared(), 1);
  EXPECT_EQ(clean.differences_size() + clean.problems_size(), 0);
  EXPECT_GE(clean.finished_at().seconds(), clean.started_at().seconds());

  runtime::run_on(caller_loop.executor(), [&] {
    return execute({"test.amount", R"(
        UPDATE payments SET amount_minor = 5, captured_minor = 5 WHERE order_id = $1::uuid)"},
                   order);
  });
  const auto wrong = outcome_of(reconcile().id());
  ASSERT_EQ(wrong.differences_size(), 1);
  EXPECT_EQ(wrong.differences(0).kind(), "amount");
  ASSERT_EQ(wrong.problems_size(), 1) << "the books know of 500";
  EXPECT_EQ(wrong.problems(0).kind(), "payment");
  EXPECT_EQ(reconciliations({"admin"}).items(0).id(), wrong.id()) << "the newest comes first";
  EXPECT_THROW(reconcile({"customer"}), Error);
  EXPECT_THROW(reconciliations({"customer"}), Error);
}

TEST_F(PaymentModuleTest, AReconciliationThatCannotBeFinishedSaysSo) {
  runtime::run_on(provider_loop.executor(),
                  [this] { return provider.stop(std::chrono::milliseconds{500}); });
  const auto failed = outcome_of(reconcile().id());
  EXPECT_EQ(failed.status(), "failed");
  EXPECT_EQ(failed.failure(), "The ledger of sandbox cannot be read.");
  runtime::run_on(provider_loop.executor(), [this] { return provider.start(); });
}

TEST_F(PaymentModuleTest, ImportsHistory) {
  v1::ImportPaymentsRequest request;
  auto& item = *request.add_payments();
  item.set_payment_id(new_id());
  item.set_order_id(new_id());
  item.set_user_id(new_id());
  item.mutable_amount()->set_amount(1000);
  item.mutable_amount()->set_currency("USD");
  item.mutable_refunded()->set_amount(1000);
  item.mutable_refunded()->set_currency("USD");
  item.mutable_paid_at()->set_seconds(1291190160);
  EXPECT_EQ(ask<v1::ImportPaymentsReply>("ImportPayments", request, call()).created(), 1);
  EXPECT_EQ(ask<v1::ImportPaymentsReply>("ImportPayments", request, call()).created(), 0);
  v1::GetPaymentRequest get;
  get.set_order_id(item.order_id());
  const auto stored = ask<v1::Payment>("GetPayment", get, call());
  EXPECT_EQ(stored.status(), v1::PAYMENT_STATUS_REFUNDED);
  EXPECT_EQ(stored.created_at().seconds(), 1291190160);

  try {
    refund(item.order_id(), 1);
    FAIL() << "it was not paid through us";
  } catch (const Error& error) {
    EXPECT_EQ(error.code, "refund_exceeds_capture");
  }
  item.mutable_refunded()->set_amount(1001);
  EXPECT_THROW(ask<v1::ImportPaymentsReply>("ImportPayments", request, call()), Error);
}

}  // namespace
}  // namespace souk::payment
