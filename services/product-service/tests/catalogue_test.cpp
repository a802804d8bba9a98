#include <fmt/format.h>

#include "core/error.hpp"
#include "tests/product_fixture.hpp"

namespace souk::product {
namespace {

class CatalogueTest : public ProductTest {
 protected:
  v1::Product update(const v1::UpdateProductRequest& request) {
    return call<v1::Product>("UpdateProduct", request, admin());
  }
  void archive(const std::string& id) {
    v1::ArchiveProductRequest request;
    request.set_id(id);
    call<common::v1::Nothing>("ArchiveProduct", request, admin());
  }
  static std::string first_problem(const Error& error) {
    return error.fields.empty() ? "" : error.fields.front().field + " " + error.fields.front().code;
  }
};

TEST_F(CatalogueTest, ReadsBackWhatWasCreated) {
  make_category("Clothes");
  auto request = product("T-Shirt <b>&\"'", "TS-S", 1999);
  request.set_description("<script>alert(1)</script>\nSoft.");
  request.add_categories("clothes");
  request.mutable_variants(0)->set_title("Small");
  (*request.mutable_variants(0)->mutable_options())["Size"] = "S \"x\" {,}";
  auto& second = *request.add_variants();
  second.set_sku("TS-M");
  second.mutable_price()->set_amount(1799);
  second.mutable_price()->set_currency("USD");
  auto& image = *request.add_images();
  image.set_url("https://cdn.example/a.jpg");
  image.set_alt("a shirt");

  const auto created = create(request);
  EXPECT_EQ(created.slug(), "t-shirt-b");
  EXPECT_EQ(created.status(), "active");
  EXPECT_EQ(created.price().amount(), 1799);
  EXPECT_EQ(created.variants(0).availability(), "out_of_stock");
  EXPECT_FALSE(created.has_rating());
  EXPECT_EQ(get(created.id()).SerializeAsString(), created.SerializeAsString());
  const auto read = get("t-shirt-b");
  EXPECT_EQ(read.name(), request.name());
  EXPECT_EQ(read.description(), request.description());
  EXPECT_EQ(read.categories(0).slug(), "clothes");
  EXPECT_EQ(read.variants(0).title(), "Small");
  EXPECT_EQ(read.variants(0).options().at("Size"), "S \"x\" {,}");
  EXPECT_EQ(read.variants(1).sku(), "TS-M");
  EXPECT_EQ(read.images(0).alt(), "a shirt");
  EXPECT_EQ(published(), std::vector{created.id()});
}

TEST_F(CatalogueTest, UnknownProductsAreNotFound) {
  for (const auto* id :
       {"no-such", "018f2f5e-0000-7000-8000-00000000abcd", "A B", "x' OR '1'='1", ""}) {
    EXPECT_EQ(error_of([&] { get(id); }).kind, Kind::not_found) << id;
  }
}

TEST_F(CatalogueTest, DerivedSlugsAreNumbered) {
  std::vector<std::string> slugs;
  for (int i = 0; i < 7; ++i)
    slugs.push_back(create(product("Mug", fmt::format("MUG-{}", i))).slug());
  EXPECT_EQ((std::vector<std::string>{slugs.begin(), slugs.begin() + 5}),
            (std::vector<std::string>{"mug", "mug-2", "mug-3", "mug-4", "mug-5"}));
  EXPECT_TRUE(slugs[5].starts_with("mug-") && slugs[6].starts_with("mug-"));
  EXPECT_NE(slugs[5], slugs[6]);
}

TEST_F(CatalogueTest, DerivedSlugsAreNumberedUnderARaceToo) {
  std::vector<Task<v1::Product>> tasks;
  for (int i = 0; i < 4; ++i) {
    tasks.push_back(
        call_task<v1::Product>("CreateProduct", product("Cup", fmt::format("CUP-{}", i)), admin()));
  }
  std::vector<std::string> slugs;
  for (const auto& made : testing::run_all(loop_, std::move(tasks))) slugs.push_back(made.slug());
  std::ranges::sort(slugs);
  EXPECT_EQ(slugs, (std::vector<std::string>{"cup", "cup-2", "cup-3", "cup-4"}));
}

TEST_F(CatalogueTest, TakenSlugsAndSkusAreConflicts) {
  auto first = product("Mug", "MUG-1");
  first.set_slug("the-mug");
  create(first);
  auto second = product("Other", "MUG-2");
  second.set_slug("the-mug");
  auto error = error_of([&] { create(second); });
  EXPECT_EQ(error.kind, Kind::conflict);
  EXPECT_EQ(error.code, "slug_taken");
  error = error_of([&] { create(product("Other", "MUG-1")); });
  EXPECT_EQ(error.kind, Kind::conflict);
  EXPECT_EQ(error.code, "sku_taken");
  EXPECT_EQ(first_problem(error), "variants[0].sku sku_taken");
  // Nothing of the refused ones stayed, and another tenant has names of its own.
  EXPECT_EQ(error_of([&] { get("other"); }).kind, Kind::not_found);
  EXPECT_EQ(create(first, other_tenant()).slug(), "the-mug");
}

TEST_F(CatalogueTest, WrongProductsAreRefused) {
  auto unknown = product("Mug", "M1");
  unknown.add_categories("nowhere");
  EXPECT_EQ(first_problem(error_of([&] { create(unknown); })), "categories[0] unknown_category");
  EXPECT_EQ(first_problem(error_of([&] { create(product("Mug", "M1", -1)); })),
            "variants[0].price.amount too_small");
  auto twice = product("Mug", "M1");
  *twice.add_variants() = twice.variants(0);
  EXPECT_EQ(first_problem(error_of([&] { create(twice); })), "variants[1].sku duplicate_sku");
  auto mixed = product("Mug", "M1");
  *mixed.add_variants() = mixed.variants(0);
  mixed.mutable_variants(1)->set_sku("M2");
  mixed.mutable_variants(1)->mutable_price()->set_currency("EUR");
  const auto error = error_of([&] { create(mixed); });
  EXPECT_EQ(error.kind, Kind::validation);
  EXPECT_EQ(first_problem(error), "variants[1].price.currency mixed_currency");
}

TEST_F(CatalogueTest, OnlyAdministratorsWrite) {
  for (const auto& who : {visitor(), staff()}) {
    const auto error =
        error_of([&] { call<v1::Product>("CreateProduct", product("Mug", "M1"), who); });
    EXPECT_TRUE(error.kind == Kind::unauthenticated || error.kind == Kind::forbidden);
  }
}

TEST_F(CatalogueTest, SameKeySameProduct) {
  const auto who = admin();
  const auto request = product("Mug", "M1");
  const auto first = call<v1::Product>("CreateProduct", request, who, "key-1");
  const auto again = call<v1::Product>("CreateProduct", request, who, "key-1");
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  EXPECT_EQ(published(), std::vector{first.id()});
  const auto error =
      error_of([&] { call<v1::Product>("CreateProduct", product("Cup", "M2"), who, "key-1"); });
  EXPECT_EQ(error.code, "idempotency_key_reused");
  v1::CreateCategoryRequest category;
  category.set_name("Home");
  const auto made = call<v1::Category>("CreateCategory", category, who, "key-2");
  EXPECT_EQ(call<v1::Category>("CreateCategory", category, who, "key-2").id(), made.id());
}

TEST_F(CatalogueTest, DraftsAndArchivedProductsAreForStaff) {
  auto request = product("Secret", "S1");
  request.set_status("draft");
  const auto draft = create(request);
  EXPECT_EQ(error_of([&] { get(draft.id()); }).kind, Kind::not_found);
  EXPECT_EQ(error_of([&] { get("secret"); }).kind, Kind::not_found);
  EXPECT_EQ(get("secret", staff()).status(), "draft");
  EXPECT_EQ(get(draft.id(), admin()).id(), draft.id());
  EXPECT_EQ(list({}, admin()).items_size(), 0);
  EXPECT_EQ(search("secret").items_size(), 0);

  v1::UpdateProductRequest publish;
  publish.set_id(draft.id());
  publish.set_status("active");
  update(publish);
  EXPECT_EQ(list({}).items_size(), 1);

  published();
  archive(draft.id());
  archive(draft.id());
  EXPECT_EQ(published().size(), 1U);
  EXPECT_EQ(error_of([&] { get(draft.id()); }).kind, Kind::not_found);
  EXPECT_EQ(get(draft.id(), staff()).status(), "archived");
  EXPECT_EQ(list({}).items_size(), 0);
  EXPECT_EQ(error_of([&] { archive("nothing-here"); }).kind, Kind::not_found);
}

TEST_F(CatalogueTest, UpdatesReplaceWhatIsGiven) {
  make_category("Home");
  make_category("Toys");
  auto request = product("Mug", "M1", 500);
  request.set_description("old");
  request.add_categories("home");
  const auto before = create(request);
  published();

  v1::UpdateProductRequest rename;
  rename.set_id(before.id());
  rename.set_name("Big Mug");
  auto after = update(rename);
  EXPECT_EQ(after.name(), "Big Mug");
  EXPECT_EQ(after.description(), "old");
  EXPECT_EQ(after.slug(), "mug");
  EXPECT_EQ(after.categories(0).slug(), "home");
  EXPECT_EQ(after.variants(0).sku(), "M1");
  EXPECT_EQ(search("big").items_size(), 1);
  EXPECT_EQ(published().size(), 1U);

  v1::UpdateProductRequest change;
  change.set_id("mug");
  change.set_slug("big-mug");
  change.set_description("");
  change.add_categories("toys");
  *change.add_variants() = product("", "M2", 900).variants(0);
  *change.add_variants() = product("", "M1", 700).variants(0);
  after = update(change);
  EXPECT_EQ(after.description(), "");
  EXPECT_EQ(after.price().amount(), 700);
  EXPECT_EQ(after.variants(0).sku(), "M2");
  EXPECT_EQ(get("big-mug").SerializeAsString(), after.SerializeAsString());
  EXPECT_EQ(get("big-mug").categories(0).slug(), "toys");
  // Once by the old slug, once by the new one: cached pages of both are dropped.
  EXPECT_EQ(published().size(), 2U);
}

TEST_F(CatalogueTest, UpdatesKeepSlugsAndSkusUnique) {
  create(product("Mug", "M1"));
  create(product("Cup", "C1"));
  v1::UpdateProductRequest change;
  change.set_id("cup");
  change.set_slug("mug");
  EXPECT_EQ(error_of([&] { update(change); }).code, "slug_taken");
  change.set_slug("cup");
  *change.add_variants() = product("", "M1").variants(0);
  EXPECT_EQ(error_of([&] { update(change); }).code, "sku_taken");
  EXPECT_EQ(get("cup").variants(0).sku(), "C1");
  change.set_id("nothing-here");
  EXPECT_EQ(error_of([&] { update(change); }).kind, Kind::not_found);
}

TEST_F(CatalogueTest, CategoriesMakeATree) {
  const auto home = make_category("Home");
  const auto mugs = make_category("Mugs", "home");
  make_category("Art");
  EXPECT_EQ(make_category("Home").slug(), "home-2");
  const auto tree =
      call<v1::ListCategoriesReply>("ListCategories", v1::ListCategoriesRequest{}, visitor());
  ASSERT_EQ(names(tree.items()), (std::vector<std::string>{"Art", "Home", "Home"}));
  EXPECT_EQ(tree.items(1).id(), home.id());
  EXPECT_EQ(tree.items(1).children(0).id(), mugs.id());
}

TEST_F(CatalogueTest, WrongCategoriesAreRefused) {
  make_category("Home");
  v1::CreateCategoryRequest request;
  request.set_name("Else");
  request.set_slug("home");
  EXPECT_EQ(error_of([&] { call<v1::Category>("CreateCategory", request, admin()); }).code,
            "slug_taken");
  EXPECT_EQ(first_problem(error_of([&] { make_category("Mugs", "nowhere"); })),
            "parent unknown_category");
}

TEST_F(CatalogueTest, CategoriesNestTenDeepAtMost) {
  std::string parent;
  for (int depth = 0; depth < 10; ++depth)
    parent = make_category(fmt::format("L{}", depth), parent).slug();
  const auto error = error_of([&] { make_category("Too deep", parent); });
  EXPECT_EQ(error.kind, Kind::validation);
  EXPECT_EQ(error.fields.at(0).field, "parent");
}

}  // namespace
}  // namespace souk::product
