#include "apps/souk/import/order_message.hpp"

#include <gtest/gtest.h>

#include "apps/souk/import/catalogue_import.hpp"
#include "apps/souk/import/order_import.hpp"
#include "runtime/proto_values.hpp"
#include "tests/support.hpp"

namespace souk::app {
namespace {

const Customers kCustomers{{{"", "guest-id"}, {"12471", "berta-id"}}};

TEST(OrderMessage, HoldsGoodsAsItemsAndPostageInTheTotal) {
  const auto dataset =
      testing::dataset_of({"536365,85123a,HOLDER,6,2010-12-01T08:26:00Z,2.55,12471,Germany",
                           "536365,POST,POSTAGE,1,2010-12-01T08:26:00Z,18,12471,Germany",
                           "536365,85123A,HOLDER,2,2010-12-01T08:26:00Z,2.95,12471,Germany"});
  const auto message = OrderMessages{dataset.products, kCustomers}.message_of(dataset.orders.at(0));
  EXPECT_EQ(message.external_id(), "online-retail:536365:2010-12-01T08:26:00Z");
  EXPECT_EQ(message.user_id(), "berta-id");
  EXPECT_EQ(rpc::from_proto(message.placed_at()), from_rfc3339("2010-12-01T08:26:00Z"));
  ASSERT_EQ(message.items_size(), 2) << "one SKU, two prices, no postage";
  EXPECT_EQ(message.items(0).sku(), "85123A");
  EXPECT_EQ(message.items(0).name(), "HOLDER");
  EXPECT_EQ(message.items(0).total().amount(), 1530);
  EXPECT_EQ(message.items(1).unit_price().amount(), 295);
  EXPECT_EQ(message.total().amount(), 1530 + 590 + 1800);
  EXPECT_EQ(message.total().currency(), "GBP");
  EXPECT_FALSE(message.has_cancelled_at());
}

TEST(OrderMessage, TellsRefundsFromCancelledOrders) {
  const auto dataset =
      testing::dataset_of({"536365,22752,BOXES,6,2010-12-01T08:26:00Z,2.50,12471,France",
                           "536366,22752,BOXES,2,2010-12-02T08:26:00Z,2.50,12471,France",
                           "C536367,22752,BOXES,-1,2010-12-03T08:26:00Z,2.50,12471,France",
                           "536368,21730,LAMP,4,2010-12-04T08:26:00Z,4.25,12471,France",
                           "C536369,21730,LAMP,-4,2010-12-05T08:26:00Z,4.25,12471,France"});
  const OrderMessages messages{dataset.products, kCustomers};
  const auto refunded = messages.message_of(dataset.orders.at(1));
  ASSERT_EQ(refunded.refunds_size(), 1);
  EXPECT_EQ(refunded.refunds(0).amount().amount(), 250);
  EXPECT_TRUE(refunded.refunds(0).external_id().ends_with(":C536367"));
  EXPECT_FALSE(refunded.has_cancelled_at());
  const auto cancelled = messages.message_of(dataset.orders.at(2));
  EXPECT_EQ(rpc::from_proto(cancelled.cancelled_at()), from_rfc3339("2010-12-05T08:26:00Z"));
}

TEST(OrderMessage, AGuestsOrderGoesToTheSharedAccount) {
  const auto dataset =
      testing::dataset_of({"536365,85123A,HOLDER,6,2010-12-01T08:26:00Z,2.55,,European Community"});
  const auto message = OrderMessages{dataset.products, kCustomers}.message_of(dataset.orders.at(0));
  EXPECT_EQ(message.user_id(), "guest-id");
  EXPECT_EQ(message.shipping_address().full_name(), "Guest");
  EXPECT_EQ(message.shipping_address().country(), "GB");
  EXPECT_EQ(message.shipping_address().region(), "European Community");
}

TEST(OrderMessage, AddressesFollowTheFieldRules) {
  const auto dataset =
      testing::dataset_of({"536365,85123A,HOLDER,6,2010-12-01T08:26:00Z,2.55,12471,EIRE",
                           "536366,85123A,HOLDER,6,2010-12-02T08:26:00Z,2.55,12471,a\tb"});
  EXPECT_EQ(address_of(dataset.orders.at(0)).country(), "IE");
  EXPECT_FALSE(address_of(dataset.orders.at(0)).has_region());
  EXPECT_FALSE(address_of(dataset.orders.at(1)).has_region()) << "a tab is no text";
}

TEST(OrderImport, ErrorsNameTheLineOfTheFile) {
  const auto dataset =
      testing::dataset_of({"536365,85123A,HOLDER,6,2010-12-01T08:26:00Z,2.55,12471,France",
                           "536366,POST,POSTAGE,1,2010-12-02T08:26:00Z,18,12471,France",
                           "536366,22752,BOXES,6,2010-12-02T08:26:00Z,2.50,12471,France",
                           "536366,21730,LAMP,4,2010-12-02T08:26:00Z,4.25,12471,France"});
  const auto said = invalid_field("orders[1].items[1].quantity", "out_of_range", "At least one.");
  const std::string text = with_line("history.csv", dataset.orders, said).what();
  EXPECT_TRUE(text.starts_with("history.csv:5: online-retail:536366:2010-12-02T08:26:00Z: "))
      << text;
  EXPECT_TRUE(text.ends_with("At least one.")) << text;
  const std::string vague = with_line("history.csv", dataset.orders, unavailable("Busy.")).what();
  EXPECT_EQ(vague, "history.csv:2: one of the 2 orders from here: Busy.");
}

TEST(CatalogueImport, StocksWhatTheReplayWillBuy) {
  const auto dataset =
      testing::dataset_of({"536365,85123A,HOLDER,6,2010-12-01T08:26:00Z,2.55,12471,France",
                           "536366,85123A,HOLDER,74215,2010-12-02T08:26:00Z,2.55,12471,France",
                           "536366,POST,POSTAGE,1,2010-12-02T08:26:00Z,18,12471,France"});
  EXPECT_EQ(units_to_stock(dataset), (std::map<std::string, std::int64_t>{{"85123A", 206}}))
      << "6, 100 of the 74,215, and 100 to spare";
}

}  // namespace
}  // namespace souk::app
