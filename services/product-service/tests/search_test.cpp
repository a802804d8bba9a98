#include <set>

#include <fmt/format.h>

#include "core/error.hpp"
#include "tests/product_fixture.hpp"

namespace souk::product {
namespace {

using Strings = std::vector<std::string>;

class SearchTest : public ProductTest {
 protected:
  /// Walks all pages; `between` is called after each.
  Strings walk(v1::ListProductsRequest request, const std::function<void()>& between = [] {}) {
    Strings ids;
    for (int pages = 0; pages < 1000; ++pages) {
      const auto reply = list(request);
      for (const auto& item : reply.items()) ids.push_back(item.id());
      if (reply.next_page_token().empty()) return ids;
      request.set_page_token(reply.next_page_token());
      between();
    }
    ADD_FAILURE() << "the list has no end";
    return ids;
  }

  void make_shop() {
    make_category("Home");
    make_category("Kitchen", "home");
    make_category("Toys");
    for (int i = 0; i < 30; ++i) {
      auto request =
          product(fmt::format("Thing {:02}", i * 7 % 30), fmt::format("T{}", i), i * 133 % 3000);
      request.add_categories(i % 3 == 0 ? "home" : i % 3 == 1 ? "kitchen" : "toys");
      create(request);
      if (i % 4 != 0) stock_changed(fmt::format("T{}", i), i % 4 == 1 ? "low_stock" : "in_stock");
    }
  }

  static v1::ListProductsRequest sorted(const std::string& sort, const std::string& query = "") {
    v1::ListProductsRequest request;
    request.set_sort(sort);
    request.set_query(query);
    request.set_page_size(4);
    return request;
  }
};

TEST_F(SearchTest, FindsWordsHoweverTheyAreWritten) {
  create(product("Classic T-Shirt", "TS-RED-1"));
  auto mug = product("Coffee Mug", "MUG-1");
  mug.set_description("Goes well with a shirt.");
  create(mug);
  for (const auto* query :
       {"t-shirt", "tshirt", "T SHIRT", "T-Shirts", "classic shirts", "TS-RED-1", "ts-red-1"}) {
    const auto found = names(search(query).items());
    ASSERT_FALSE(found.empty()) << query;
    EXPECT_EQ(found.front(), "Classic T-Shirt") << query;
  }
  EXPECT_EQ(names(search("shirt").items()), (Strings{"Classic T-Shirt", "Coffee Mug"}))
      << "names before descriptions";
  EXPECT_EQ(names(search("shirt -classic").items()), Strings{"Coffee Mug"});
  EXPECT_EQ(names(search("\"coffee mug\"").items()), Strings{"Coffee Mug"});
}

TEST_F(SearchTest, ForgivesTypingErrors) {
  for (const auto* name :
       {"T-Shirt", "Mechanical Keyboard", "Wireless Headphones", "Umbrella", "Blue Jeans"}) {
    create(product(name, fmt::format("SKU-{}", std::string_view{name}.substr(0, 1))));
  }
  const std::vector<std::pair<std::string, std::string>> expected{
      {"tshrit", "T-Shirt"},
      {"keybord", "Mechanical Keyboard"},
      {"headfones", "Wireless Headphones"},
      {"wirless headphnes", "Wireless Headphones"},
      {"umbrela", "Umbrella"},
      {"blue jeens", "Blue Jeans"}};
  for (const auto& [typed, name] : expected)
    EXPECT_EQ(names(search(typed).items()), Strings{name}) << typed;
  EXPECT_EQ(search("blue keybord").items_size(), 0) << "every word has to be like one of the name";
  EXPECT_EQ(search("zzzzqqq").items_size(), 0);
}

TEST_F(SearchTest, WhatIsSpeltRightComesFirst) {
  create(product("Lampion", "L1"));
  create(product("Table lamp with a very long name and many words", "L2"));
  create(product("Lamp", "L3"));
  const auto found = names(search("lamp").items());
  ASSERT_EQ(found.size(), 2U) << "what is only like it is not shown beside what it is";
  EXPECT_EQ(found[0], "Lamp");
  EXPECT_TRUE(found[1].starts_with("Table lamp"));
}

TEST_F(SearchTest, TextIsTextAndNothingElse) {
  create(product("100% Wool '; DROP TABLE products; --", "W1"));
  for (const auto* query :
       {"'; DROP TABLE products; --", "' OR '1'='1", "$1", "\\", "%", "_", "((((", "a & | !", "\"",
        "-", "or", ":*", "the of and", "{\"x\":1}", "\xF0\x9F\x98\x80"}) {
    EXPECT_LE(search(query).items_size(), 1) << query;
  }
  EXPECT_EQ(search("drop table").items_size(), 1);
  EXPECT_EQ(search("' OR 'zzz").items_size(), 0);
  v1::ListProductsRequest request;
  request.set_category("x' OR '1'='1");
  EXPECT_EQ(list(request).items_size(), 0);
  request.set_category("");
  request.set_sort("price; DROP TABLE products");
  EXPECT_EQ(error_of([&] { list(request); }).kind, Kind::validation);
}

TEST_F(SearchTest, LongAndStrangeQueriesEndSoon) {
  for (int i = 0; i < 50; ++i) create(product(fmt::format("Thing {}", i), fmt::format("T{}", i)));
  std::string words;
  while (words.size() < 195) words += "ab -c ";
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& query :
       {std::string(200, 'a'), std::string(200, '-'), std::string(200, '"'), words})
    search(query);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
}

TEST_F(SearchTest, SortsAsAsked) {
  create(product("banana", "B", 300));
  create(product("Apple", "A", 200));
  create(product("cherry", "C", 100));
  EXPECT_EQ(names(list(sorted("")).items()), (Strings{"cherry", "Apple", "banana"}));
  EXPECT_EQ(names(list(sorted("newest")).items()), (Strings{"cherry", "Apple", "banana"}));
  EXPECT_EQ(names(list(sorted("price")).items()), (Strings{"cherry", "Apple", "banana"}));
  EXPECT_EQ(names(list(sorted("-price")).items()), (Strings{"banana", "Apple", "cherry"}));
  EXPECT_EQ(names(list(sorted("name")).items()), (Strings{"Apple", "banana", "cherry"}));
}

// Every sort, with a query and without one, found exactly and by a typing error.
TEST_F(SearchTest, PagesHaveNoGapAndNoDuplicateWhileProductsAreAdded) {
  int n = 0;
  const auto add = [&] {
    v1::ImportProductsRequest request;
    for (int i = 0; i < 3; ++i, ++n) {
      auto& item = *request.add_products();
      item.set_name(fmt::format("Lantern {}", n * 37 % 100));
      item.set_sku(fmt::format("L{}", n));
      item.mutable_price()->set_amount(n % 5 * 100);
      item.mutable_price()->set_currency("USD");
    }
    import(request);
  };
  for (int i = 0; i < 5; ++i) add();
  for (const auto* query : {"", "lantern", "lantrn"}) {
    for (const auto* sort : {"", "relevance", "newest", "price", "-price", "name"}) {
      const auto request = sorted(sort, query);
      const auto before = walk(request);
      ASSERT_EQ(before.size(), static_cast<std::size_t>(n)) << query << " " << sort;
      const auto during = walk(request, add);
      const std::set<std::string> found{during.begin(), during.end()};
      EXPECT_EQ(found.size(), during.size()) << "duplicates: " << query << " " << sort;
      for (const auto& id : before)
        EXPECT_TRUE(found.contains(id)) << "a gap: " << query << " " << sort;
    }
    superuser().run("DELETE FROM variants");
    superuser().run("DELETE FROM products");
    n = 0;
    for (int i = 0; i < 5; ++i) add();
  }
}

TEST_F(SearchTest, AFuzzyListStaysFuzzy) {
  for (int i = 0; i < 9; ++i) create(product(fmt::format("Lantern {}", i), fmt::format("L{}", i)));
  auto request = sorted("", "lantrn");
  const auto first = list(request);
  create(product("Lantrn", "TYPO"));  // now there is an exact match
  request.set_page_token(first.next_page_token());
  EXPECT_EQ(list(request).items_size(), 4);
}

TEST_F(SearchTest, TokensFitTheirOwnListOnly) {
  make_shop();
  auto request = sorted("price");
  const auto token = list(request).next_page_token();
  ASSERT_FALSE(token.empty());
  const auto refused = [&](const v1::ListProductsRequest& other, Identity who = visitor()) {
    return error_of([&] { list(other, std::move(who)); }).code;
  };
  request.set_page_token(token + "x");
  EXPECT_EQ(refused(request), "invalid_page_token");
  for (auto other : {sorted("-price"), sorted("price", "thing")}) {
    other.set_page_token(token);
    EXPECT_EQ(refused(other), "invalid_page_token");
  }
  auto filtered = sorted("price");
  filtered.set_page_token(token);
  EXPECT_EQ(refused(filtered, visitor(other_tenant())), "invalid_page_token");
  filtered.set_max_price(5);
  EXPECT_EQ(refused(filtered), "invalid_page_token");
}

TEST_F(SearchTest, Filters) {
  make_shop();
  const auto count = [&](auto set) {
    v1::ListProductsRequest request;
    request.set_page_size(100);
    set(request);
    return list(request).items_size();
  };
  EXPECT_EQ(count([](auto& r) { r.set_category("home"); }), 20) << "with its subcategory";
  EXPECT_EQ(count([](auto& r) { r.set_category("kitchen"); }), 10);
  EXPECT_EQ(count([](auto& r) { r.set_category("nowhere"); }), 0);
  EXPECT_EQ(count([](auto& r) { r.set_category("Not A Slug"); }), 0);
  EXPECT_EQ(count([](auto& r) { r.set_in_stock(true); }), 22);
  EXPECT_EQ(count([](auto& r) { r.set_in_stock(false); }), 8);
  EXPECT_EQ(count([](auto& r) { r.set_min_price(2926); }), 1) << "the ends are in";
  EXPECT_EQ(count([](auto& r) { r.set_min_price(2927); }), 0);
  EXPECT_EQ(count([](auto& r) { r.set_max_price(59); }), 2);
  EXPECT_EQ(count([](auto& r) { r.set_max_price(58); }), 1);
  EXPECT_EQ(
      count([](auto& r) { r.set_query("thing"), r.set_category("toys"), r.set_in_stock(false); }),
      2);
  EXPECT_EQ(count([](auto& r) { r.set_min_price(std::numeric_limits<std::int64_t>::max()); }), 0);
}

TEST_F(SearchTest, FacetsAddUp) {
  make_shop();
  for (const auto* query : {"", "thing", "thnig"}) {
    v1::ListProductsRequest request;
    request.set_query(query);
    request.set_page_size(100);
    request.set_facets(true);
    const auto reply = list(request);
    ASSERT_EQ(reply.items_size(), 30) << query;
    ASSERT_EQ(reply.facets_size(), 3);
    request.set_facets(false);
    // Each count is what choosing it would show.
    for (const auto& value : reply.facets(0).values()) {
      request.set_category(value.value());
      EXPECT_EQ(list(request).items_size(), value.count()) << value.value();
    }
    EXPECT_EQ(reply.facets(0).values_size(), 3);
    request.set_category("");
    std::int64_t sum = 0;
    for (const auto& value : reply.facets(1).values()) {
      const auto dash = value.value().find('-');
      request.set_min_price(std::stoll(value.value().substr(0, dash)));
      request.set_max_price(std::stoll(value.value().substr(dash + 1)));
      EXPECT_EQ(list(request).items_size(), value.count()) << value.label();
      sum += value.count();
    }
    EXPECT_EQ(sum, 30);
    std::map<std::string, std::int64_t> stock;
    for (const auto& value : reply.facets(2).values()) stock[value.value()] = value.count();
    EXPECT_EQ(stock, (std::map<std::string, std::int64_t>{
                         {"in_stock", 14}, {"low_stock", 8}, {"out_of_stock", 8}}));
  }
}

TEST_F(SearchTest, NobodyFindsWhatIsAnotherTenants) {
  create(product("Secret Lantern", "S1"), other_tenant());
  create(product("Mug", "M1"));
  for (const auto* query : {"secret", "secrte", "lantern", "S1", "secret -mug"}) {
    EXPECT_EQ(search(query).items_size(), 0) << query;
  }
  v1::ListProductsRequest theirs;
  theirs.set_query("secret");
  EXPECT_EQ(list(theirs, visitor(other_tenant())).items_size(), 1);
  EXPECT_EQ(names(search("").items()), Strings{"Mug"});
  EXPECT_EQ(names(search("-nothing").items()), Strings{"Mug"});
  // Nor by calling the search function with another tenant's id.
  constexpr const char* kSearch = "SELECT * FROM search_products($1, 'secret', 'auto')";
  EXPECT_THROW(as_service().run(kSearch, {other_tenant()}), database::BlockingConnection::Refused);
  EXPECT_EQ(as_service(other_tenant()).run(kSearch, {other_tenant()}).size(), 1U);
  EXPECT_EQ(as_service().run(kSearch, {kDefaultTenant}).size(), 0U);
}

TEST_F(SearchTest, UsesItsIndexesOverManyProducts) {
  auto admin = superuser();
  admin.run(R"(
    INSERT INTO products (tenant_id, id, slug, name, description, status, created_at, updated_at,
                          price_amount, price_currency, availability, skus)
    SELECT $1::uuid, gen_random_uuid(), 'p-' || i, 'Lantern ' || md5(i::text), 'number ' || md5((i * 7)::text),
           'active', now(), now(), i, 'USD', 'in_stock', 'SKU-' || i
    FROM generate_series(1, 20000) i)",
            {kDefaultTenant});
  admin.run("ANALYZE products");
  const auto statistics = [&](const std::string& what) {
    return admin.run(what).front().get<std::int64_t>("n");
  };
  const auto scans_of = [&](const std::string& index) {
    return statistics("SELECT idx_scan AS n FROM pg_stat_user_indexes WHERE indexrelname = '" +
                      index + "'");
  };
  const std::string seq_scans =
      "SELECT seq_scan AS n FROM pg_stat_user_tables WHERE relname = 'products'";
  const auto before = std::array{scans_of("products_search"), scans_of("products_folded_name"),
                                 statistics(seq_scans)};

  const auto whole = "c4ca4238a0b923820dcc509a6f75849b";  // md5('1')
  const auto typo = "c4ca4238b0a923820dcc509a6f75849b";
  auto service = as_service();
  constexpr const char* kSearch = "SELECT * FROM search_products(souk_tenant(), $1, 'auto')";
  EXPECT_EQ(service.run(kSearch, {whole}).size(), 1U);
  EXPECT_EQ(service.run(kSearch, {typo}).size(), 1U);
  service.run("SELECT pg_stat_force_next_flush()");

  EXPECT_EQ(scans_of("products_search") - before[0], 2);
  EXPECT_EQ(scans_of("products_folded_name") - before[1], 1);
  EXPECT_EQ(statistics(seq_scans) - before[2], 0);
}

}  // namespace
}  // namespace souk::product
