#include <fmt/format.h>
#include <gmock/gmock.h>

#include "core/error.hpp"
#include "tests/product_fixture.hpp"

namespace souk::product {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class BackOfficeTest : public ProductTest {
 protected:
  v1::ListProductsReply list_all(const v1::ListAllProductsRequest& request,
                                 Identity identity = staff()) {
    return call<v1::ListProductsReply>("ListAllProducts", request, std::move(identity));
  }
  v1::ImportCsvReply import_csv(const std::string& csv, bool dry_run = false) {
    v1::ImportCsvRequest request;
    request.set_body(csv);
    request.set_dry_run(dry_run);
    return call<v1::ImportCsvReply>("ImportCsv", request, admin());
  }
  std::string export_csv(const v1::ExportProductsRequest& request = {}) {
    return call<common::v1::File>("ExportProducts", request, staff()).content();
  }
  std::vector<std::string> related(const std::string& id, int limit = 0) {
    v1::ListRelatedRequest request;
    request.set_id(id);
    if (limit > 0) request.set_limit(limit);
    return names(call<v1::ListRelatedReply>("ListRelated", request, visitor()).items());
  }
  v1::Product make(const std::string& name, const std::string& sku, const std::string& category,
                   std::int64_t amount = 1000, const std::string& status = "active") {
    auto request = product(name, sku, amount);
    if (!category.empty()) request.add_categories(category);
    request.set_status(status);
    return create(request);
  }
  static std::vector<std::string> actions(const v1::ImportCsvReply& reply) {
    std::vector<std::string> list;
    for (const auto& item : reply.items()) list.push_back(item.action());
    return list;
  }
};

TEST_F(BackOfficeTest, StaffSeeEveryStatusAndFilter) {
  make_category("Kitchen");
  make_category("Cups", "kitchen");
  make("Tea Cup", "CUP-1", "cups");
  make("Tea Pot", "POT-1", "kitchen", 1000, "draft");
  const auto old = make("Old Kettle", "KET-1", "");
  v1::ArchiveProductRequest archive;
  archive.set_id(old.id());
  call<common::v1::Nothing>("ArchiveProduct", archive, admin());

  EXPECT_THAT(names(list_all({}).items()), ElementsAre("Old Kettle", "Tea Pot", "Tea Cup"));
  v1::ListAllProductsRequest request;
  request.set_status("draft");
  EXPECT_THAT(names(list_all(request).items()), ElementsAre("Tea Pot"));
  request.clear_status();
  for (const auto& [query, name] : std::vector<std::pair<std::string, std::string>>{
           {"ket-1", "Old Kettle"}, {"POT", "Tea Pot"}, {"tea-cup", "Tea Cup"}}) {
    request.set_query(query);
    EXPECT_THAT(names(list_all(request).items()), ElementsAre(name)) << query;
  }
  for (const auto* literal : {"%", "_", "' OR '1'='1"}) {
    request.set_query(literal);
    EXPECT_EQ(list_all(request).items_size(), 0) << literal;
  }
  request.clear_query();
  request.set_category("kitchen");
  EXPECT_THAT(names(list_all(request).items()), ElementsAre("Tea Pot", "Tea Cup"));
  request.set_availability("in_stock");
  EXPECT_EQ(list_all(request).items_size(), 0);
  EXPECT_EQ(error_of([&] { list_all({}, visitor()); }).kind, Kind::unauthenticated);
  EXPECT_EQ(list_all({}, staff(other_tenant())).items_size(), 0);
}

TEST_F(BackOfficeTest, PagesHoldEachProductOnceAndTokensFitTheirListAlone) {
  for (int i = 0; i < 5; ++i) make(fmt::format("Cup {}", i), fmt::format("CUP-{}", i), "");
  v1::ListAllProductsRequest request;
  request.set_page_size(2);
  std::vector<std::string> seen;
  for (int pages = 0; pages < 4; ++pages) {
    const auto page = list_all(request);
    for (const auto& name : names(page.items())) seen.push_back(name);
    request.set_page_token(page.next_page_token());
    if (page.next_page_token().empty()) break;
  }
  EXPECT_THAT(seen, ElementsAre("Cup 4", "Cup 3", "Cup 2", "Cup 1", "Cup 0"));
  request.clear_page_token();
  request.set_page_token(list_all(request).next_page_token());
  request.set_status("draft");
  EXPECT_EQ(error_of([&] { list_all(request); }).code, "invalid_page_token");
  request.set_page_token("forged");
  EXPECT_EQ(error_of([&] { list_all(request); }).code, "invalid_page_token");
}

TEST_F(BackOfficeTest, RelatedProductsAreNearInCategoryThenAlikeInNameAndPrice) {
  make_category("Kitchen");
  make_category("Cups", "kitchen");
  make_category("Garden");
  const auto cup = make("Blue Tea Cup", "A-1", "cups", 1000);
  make("Red Tea Cup", "A-2", "cups", 1100);
  make("Espresso Set", "A-3", "cups", 9000);
  make("Tea Pot", "A-4", "kitchen", 1000);
  make("Secret Tea Cup", "A-5", "cups", 1000, "draft");
  make("Blue Tea Cup for Gnomes", "A-6", "garden", 1000);
  for (const auto* sku : {"A-1", "A-2", "A-3", "A-4"}) stock_changed(sku, "in_stock");
  EXPECT_THAT(related(cup.id()), ElementsAre("Red Tea Cup", "Espresso Set", "Tea Pot"));
  EXPECT_THAT(related("blue-tea-cup", 1), ElementsAre("Red Tea Cup"));
  stock_changed("A-2", "out_of_stock");
  EXPECT_THAT(related(cup.id()), ElementsAre("Espresso Set", "Red Tea Cup", "Tea Pot"));
  EXPECT_THAT(related(make("Alone", "A-7", "").id()), ElementsAre());
  EXPECT_EQ(error_of([&] { related("no-such"); }).kind, Kind::not_found);
  EXPECT_EQ(error_of([&] { related("secret-tea-cup"); }).kind, Kind::not_found);
}

TEST_F(BackOfficeTest, AnImportCreatesAndChangesAndTellsOfEachLine) {
  make_category("Cups");
  make("Old Mug", "OLD-1", "cups", 900);
  published();
  const std::string csv =
      "sku,slug,name,categories,title,options,price,currency\n"
      "OLD-1,old-mug,,,,,9.50,\n"
      "NEW-S,new-mug,New Mug,cups,Small,Size=S,10.00,USD\n"
      "NEW-L,new-mug,,,Large,Size=L,12.00,\n"
      "BAD-1,bad,Bad,unknown-category,,,1.00,USD\n"
      "BAD-2,bad-two,Bad,,,,1.999,USD\n"
      "NEW-S,third,Third,,,,1.00,USD\n"
      "OLD-1,fourth,Fourth,,,,1.00,USD\n";
  const auto preview = import_csv(csv, true);
  EXPECT_TRUE(preview.dry_run());
  EXPECT_THAT(actions(preview),
              ElementsAre("changed", "created", "created", "failed", "failed", "failed", "failed"));
  EXPECT_EQ(error_of([&] { get("new-mug"); }).kind, Kind::not_found);
  EXPECT_TRUE(published().empty());

  const auto done = import_csv(csv);
  EXPECT_EQ(actions(done), actions(preview));
  EXPECT_EQ(done.lines(), 7);
  EXPECT_EQ(done.created(), 2);
  EXPECT_EQ(done.changed(), 1);
  EXPECT_EQ(done.failed(), 4);
  EXPECT_EQ(done.items(3).errors(0).column(), "categories");
  EXPECT_EQ(done.items(4).line(), 6);
  EXPECT_EQ(done.items(5).errors(0).code(), "sku_taken");
  EXPECT_EQ(done.items(6).errors(0).code(), "sku_taken");
  EXPECT_EQ(get("old-mug").price().amount(), 950);
  const auto made = get("new-mug");
  EXPECT_EQ(made.variants_size(), 2);
  EXPECT_EQ(made.variants(1).title(), "Large");
  EXPECT_EQ(made.categories(0).slug(), "cups");
  EXPECT_THAT(published(), UnorderedElementsAre(get("old-mug").id(), made.id()));

  const auto again = import_csv(csv);
  EXPECT_THAT(actions(again), ElementsAre("unchanged", "unchanged", "unchanged", "failed", "failed",
                                          "failed", "failed"));
  EXPECT_TRUE(published().empty());
}

TEST_F(BackOfficeTest, LinesWithoutASlugAreKnownByTheirSku) {
  const std::string csv = "sku,name,price,currency\nA-1,Mug,5,USD\nA-2,Mug,6,USD\n";
  const auto done = import_csv(csv);
  EXPECT_EQ(done.created(), 2);
  EXPECT_EQ(done.items(0).slug(), "mug");
  EXPECT_EQ(done.items(1).slug(), "mug-2");
  EXPECT_THAT(actions(import_csv(csv)), ElementsAre("unchanged", "unchanged"));
}

TEST_F(BackOfficeTest, AnExportComesBackUnchanged) {
  make_category("Cups");
  auto request = product("=HYPERLINK(\"x\")", "E-1", 1999);
  request.set_description("Two\nlines, and \"quotes\"");
  request.add_categories("cups");
  (*request.mutable_variants(0)->mutable_options())["Size"] = "S;M=L";
  create(request);
  make("Draft", "E-2", "", 500, "draft");
  const auto csv = export_csv();
  EXPECT_TRUE(csv.contains("'=HYPERLINK")) << csv;
  EXPECT_TRUE(csv.contains("19.99,USD"));
  EXPECT_TRUE(csv.contains("draft"));
  const auto reply = import_csv(csv);
  EXPECT_EQ(reply.unchanged(), 2) << reply.ShortDebugString();
  EXPECT_EQ(reply.lines(), 2);
  v1::ExportProductsRequest drafts;
  drafts.set_status("draft");
  EXPECT_FALSE(export_csv(drafts).contains("E-1"));
  EXPECT_EQ(get("hyperlink-x").name(), "=HYPERLINK(\"x\")");
}

TEST_F(BackOfficeTest, ManyLinesAreWorkedInAndAFailureKeepsToItself) {
  std::string csv = "sku,slug,name,price,currency\n";
  for (int i = 0; i < 120; ++i) csv += fmt::format("M-{0},mug-{0},Mug {0},1.00,USD\n", i);
  EXPECT_EQ(import_csv(csv).created(), 120);
  std::string dearer = "sku,price\n";
  for (int i = 0; i < 120; ++i) dearer += fmt::format("M-{},{}\n", i, i == 60 ? "x" : "2.00");
  const auto done = import_csv(dearer);
  EXPECT_EQ(done.changed(), 119);
  EXPECT_EQ(done.failed(), 1);
  EXPECT_EQ(done.items(60).action(), "failed");
  EXPECT_EQ(get("mug-60").price().amount(), 100);
  EXPECT_EQ(get("mug-119").price().amount(), 200);
}

TEST_F(BackOfficeTest, AFileThatCannotBeReadChangesNothing) {
  EXPECT_EQ(error_of([&] { import_csv("sku\n\xFF\n"); }).code, "malformed_csv");
  EXPECT_EQ(error_of([&] { import_csv("sku,role\nA,admin\n"); }).fields.at(0).code,
            "unknown_column");
  EXPECT_EQ(error_of([&] { import_csv(""); }).kind, Kind::validation);
  v1::ImportCsvRequest request;
  EXPECT_EQ(error_of([&] { call<v1::ImportCsvReply>("ImportCsv", request, staff()); }).kind,
            Kind::forbidden);
}

}  // namespace
}  // namespace souk::product
