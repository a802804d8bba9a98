#include <fmt/format.h>

#include "core/error.hpp"
#include "tests/product_fixture.hpp"

namespace souk::product {
namespace {

class StockTest : public ProductTest {
 protected:
  static void add(v1::ImportProductsRequest& request, const std::string& sku,
                  const std::string& name, const std::string& category = "",
                  std::int64_t amount = 100) {
    auto& item = *request.add_products();
    item.set_sku(sku);
    item.set_name(name);
    item.mutable_price()->set_amount(amount);
    item.mutable_price()->set_currency("GBP");
    if (!category.empty()) item.add_categories(category);
  }
  int in_stock() {
    v1::ListProductsRequest request;
    request.set_in_stock(true);
    return list(request).items_size();
  }
};

TEST_F(StockTest, AvailabilityFollowsTheEvents) {
  const auto made = create(product("Mug", "M1"));
  published();
  EXPECT_TRUE(stock_changed("M1", "in_stock"));
  EXPECT_EQ(get("mug").variants(0).availability(), "in_stock");
  EXPECT_EQ(published(), std::vector{made.id()});
  EXPECT_EQ(in_stock(), 1);
  EXPECT_TRUE(stock_changed("M1", "low_stock"));
  EXPECT_EQ(get("mug").variants(0).availability(), "low_stock");
  EXPECT_EQ(in_stock(), 1);
  published();
  EXPECT_TRUE(stock_changed("M1", "low_stock"));
  EXPECT_EQ(published(), std::vector<std::string>{}) << "nothing changed, so there is no news";
  EXPECT_TRUE(stock_changed("M1", "out_of_stock"));
  EXPECT_EQ(in_stock(), 0);
}

TEST_F(StockTest, StockMayComeBeforeTheProduct) {
  EXPECT_TRUE(stock_changed("M1", "in_stock"));
  EXPECT_EQ(published(), std::vector<std::string>{});
  EXPECT_EQ(create(product("Mug", "M1")).variants(0).availability(), "in_stock");
  EXPECT_EQ(in_stock(), 1);
}

TEST_F(StockTest, AProductIsAsAvailableAsItsBestVariant) {
  auto request = product("Mug", "M1");
  *request.add_variants() = product("", "M2").variants(0);
  create(request);
  stock_changed("M2", "low_stock");
  EXPECT_EQ(in_stock(), 1);
  stock_changed("M1", "in_stock");
  stock_changed("M2", "out_of_stock");
  EXPECT_EQ(in_stock(), 1);
  // A new list of variants brings its own availability.
  v1::UpdateProductRequest change;
  change.set_id("mug");
  *change.add_variants() = product("", "M2").variants(0);
  EXPECT_EQ(call<v1::Product>("UpdateProduct", change, admin()).variants(0).availability(),
            "out_of_stock");
  EXPECT_EQ(in_stock(), 0);
}

TEST_F(StockTest, ACreationAndItsStockMayMeet) {
  for (int i = 0; i < 20; ++i) {
    const auto sku = fmt::format("RACE-{}", i);
    // The event holds the SKU while the product is being made, and commits first.
    auto event = as_service();
    event.run("BEGIN");
    event.run("INSERT INTO stock_states (sku, state) VALUES ($1, 'in_stock')", {sku});
    std::vector<Task<v1::Product>> tasks;
    tasks.push_back(call_task<v1::Product>("CreateProduct", product(sku, sku), admin()));
    std::jthread committer{[&event] {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
      event.run("COMMIT");
    }};
    const auto made = testing::run_all(loop_, std::move(tasks)).front();
    EXPECT_EQ(made.variants(0).availability(), "in_stock");
  }
}

TEST_F(StockTest, EventsThatSayNothingAreGivenUp) {
  EXPECT_TRUE(stock_changed("M1", "plenty"));
  EXPECT_EQ(
      superuser().run("SELECT count(*) AS n FROM dead_letters").front().get<std::int64_t>("n"), 1);
  EXPECT_EQ(
      superuser().run("SELECT count(*) AS n FROM stock_states").front().get<std::int64_t>("n"), 0);
}

TEST_F(StockTest, StockIsATenantsOwn) {
  create(product("Mug", "M1"));
  stock_changed("M1", "in_stock", other_tenant());
  EXPECT_EQ(in_stock(), 0);
}

TEST_F(StockTest, QuotesTellPriceAndWhetherItSells) {
  const auto mug = create(product("Mug", "M1", 500));
  auto draft = product("Draft", "D1", 700);
  draft.set_status("draft");
  create(draft);
  create(product("Theirs", "T1"), other_tenant());
  caller_ = "order-service";
  const auto quotes = quote({"D1", "M1", "nope", "M1", "T1"});
  ASSERT_EQ(quotes.size(), 2U);
  EXPECT_EQ(quotes[0].sku(), "D1");
  EXPECT_FALSE(quotes[0].sellable());
  EXPECT_EQ(quotes[1].sku(), "M1");
  EXPECT_EQ(quotes[1].name(), "Mug");
  EXPECT_EQ(quotes[1].product_id(), mug.id());
  EXPECT_EQ(quotes[1].price().amount(), 500);
  EXPECT_TRUE(quotes[1].sellable());
  EXPECT_EQ(quote({"T1", "M1"}, other_tenant()).size(), 1U);
}

TEST_F(StockTest, QuotesThatAreAskedTogetherGetTheirOwn) {
  for (int i = 0; i < 10; ++i) create(product(fmt::format("P{}", i), fmt::format("SKU-{}", i), i));
  std::vector<Task<v1::QuoteReply>> tasks;
  for (int i = 0; i < 200; ++i) {
    v1::QuoteRequest request;
    request.add_skus(fmt::format("SKU-{}", i % 12));
    tasks.push_back(call_task<v1::QuoteReply>("Quote", request, visitor()));
  }
  const auto replies = testing::run_all(loop_, std::move(tasks));
  for (int i = 0; i < 200; ++i) {
    const auto& reply = replies[static_cast<std::size_t>(i)];
    ASSERT_EQ(reply.items_size(), i % 12 < 10 ? 1 : 0);
    if (reply.items_size() > 0) EXPECT_EQ(reply.items(0).price().amount(), i % 12);
  }
}

TEST_F(StockTest, ImportsCreateWhatIsMissing) {
  make_category("Home");
  create(product("Mug", "M1", 500));
  stock_changed("B1", "in_stock");
  published();
  v1::ImportProductsRequest request;
  add(request, "M1", "Another Mug");
  add(request, "B1", "Bowl", "home", 295);
  add(request, "B2", "Bowl", "table-ware");
  add(request, "B2", "Bowl again");
  add(request, "X1", "Mug");
  auto reply = import(request);
  EXPECT_EQ(reply.created(), 3);
  EXPECT_EQ(reply.existing(), 2);
  EXPECT_EQ(published().size(), 3U);
  EXPECT_EQ(get("mug").price().amount(), 500) << "what exists is left as it is";
  const auto bowl = get("bowl");
  EXPECT_EQ(bowl.price().amount(), 295);
  EXPECT_EQ(bowl.price().currency(), "GBP");
  EXPECT_EQ(bowl.variants(0).availability(), "in_stock");
  EXPECT_EQ(bowl.categories(0).slug(), "home");
  EXPECT_EQ(in_stock(), 1);
  v1::ListProductsRequest wares;
  wares.set_category("table-ware");
  const auto found = list(wares);
  ASSERT_EQ(found.items_size(), 1);
  EXPECT_EQ(found.items(0).categories(0).name(), "Table Ware");

  reply = import(request);
  EXPECT_EQ(reply.created(), 0);
  EXPECT_EQ(reply.existing(), 5);
  EXPECT_EQ(published(), std::vector<std::string>{});
}

TEST_F(StockTest, WrongImportsCreateNothing) {
  v1::ImportProductsRequest request;
  add(request, "G1", "Good");
  add(request, "no good", "Bad");
  EXPECT_EQ(error_of([&] { import(request); }).fields.at(0).field, "products[1].sku");
  EXPECT_EQ(list({}).items_size(), 0);
}

TEST_F(StockTest, ImportsOfTheSameProductsMayMeet) {
  v1::ImportProductsRequest forwards;
  v1::ImportProductsRequest backwards;
  for (int i = 0; i < 200; ++i) {
    add(forwards, fmt::format("S{}", i), fmt::format("Product {}", i), "all");
    add(backwards, fmt::format("S{}", 199 - i), fmt::format("Product {}", 199 - i), "all");
  }
  std::vector<Task<v1::ImportProductsReply>> tasks;
  for (int i = 0; i < 4; ++i) {
    tasks.push_back(call_task<v1::ImportProductsReply>("ImportProducts",
                                                       i % 2 ? forwards : backwards, visitor()));
  }
  int created = 0;
  for (const auto& reply : testing::run_all(loop_, std::move(tasks))) created += reply.created();
  EXPECT_EQ(created, 200);
}

TEST_F(StockTest, ImportsFourThousandWithinSeconds) {
  const auto begin = std::chrono::steady_clock::now();
  for (int batch = 0; batch < 4; ++batch) {
    v1::ImportProductsRequest request;
    for (int i = 0; i < 1000; ++i) {
      const auto n = batch * 1000 + i;
      add(request, fmt::format("R{}", n), fmt::format("RED RETROSPOT CAKE STAND {}", n),
          "online-retail");
    }
    EXPECT_EQ(import(request).created(), 1000);
  }
  const auto taken = std::chrono::steady_clock::now() - begin;
  RecordProperty(
      "milliseconds",
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count()));
  EXPECT_LT(taken, std::chrono::seconds{20});
}

}  // namespace
}  // namespace souk::product
