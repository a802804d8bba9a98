#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// `souk import` and `souk replay` beside a running shop, as somebody would type them.
namespace souk::testing {
namespace {

using namespace std::chrono_literals;

constexpr int kCustomers = 7;
constexpr int kOrders = 1'000;  // four requests of an import

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Two articles an order, customer after customer; a postage, a refund, a sub-penny price.
std::string history(int orders) {
  std::string text =
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
  const auto line = [&](const auto&... columns) { (text.append(columns).append("\n"), ...); };
  for (int i = 0; i < orders; ++i) {
    const auto rest = fmt::format("2011-01-{:02}T10:{:02}:00Z", 1 + i % 28, i % 60);
    const auto customer = 12'000 + i % kCustomers;
    line(fmt::format("{},HOLDER-1,HEART HOLDER,{},{},2.55,{},Germany", 500'000 + i, 1 + i % 5, rest,
                     customer),
         fmt::format("{},LAMP-{},LAMP NO {},1,{},4.25,{},Germany", 500'000 + i, i % 9, i % 9, rest,
                     customer));
  }
  line("500000,POST,POSTAGE,1,2011-01-01T10:00:00Z,18,12000,Germany",
       "500001,PADS,PADS,1,2011-01-02T10:01:00Z,0.001,12001,Germany",
       "C600000,HOLDER-1,HEART HOLDER,-1,2011-02-01T10:00:00Z,2.55,12000,Germany");
  return text;
}

class ImportTest : public ::testing::Test {
 protected:
  void SetUp() override { platform_.start(); }

  using Ended = RunningPlatform::Ended;

  std::string file(int orders) {
    const auto path = platform_.folder() / "history.csv";
    std::ofstream{path} << history(orders);
    return path;
  }

  int start(std::vector<std::string> arguments) {
    return platform_.start_souk(std::move(arguments));
  }
  Ended souk(std::vector<std::string> arguments) { return platform_.souk(std::move(arguments)); }

  Ended import_orders(const std::string& path, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"import", "orders", "--format", "online-retail", path};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return souk(std::move(arguments));
  }

  /// All orders, through the public API.
  std::vector<boost::json::value> orders() {
    ApiClient admin{platform_.url()};
    admin.log_in_as_admin();
    std::vector<boost::json::value> all;
    std::string token;
    do {
      const auto page = admin.get("/api/v1/admin/orders?page_size=100" +
                                  (token.empty() ? std::string{} : "&page_token=" + token));
      for (const auto& order : page.at("items").as_array()) all.push_back(order);
      token = page.body.as_object().contains("next_page_token") ? page.text("next_page_token") : "";
    } while (!token.empty());
    return all;
  }

  std::filesystem::path err() const { return platform_.err(); }

  RunningPlatform platform_{Shape::one_process, {"SOUK_RATE_LIMITS=off"}};
};

bool contains(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

TEST_F(ImportTest, MakesACatalogueThatCanBeOrdered) {
  const auto path = file(20);
  const auto first =
      souk({"import", "products", "--format", "online-retail", path, "--stock", "12"});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_TRUE(contains(first.out, "products: 10 created, 0 there before; stock of 10 counted in"))
      << first.out;
  EXPECT_TRUE(contains(first.out, "file: 43 lines, ")) << first.out;
  const auto again = souk({"import", "products", "--format", "online-retail", path});
  EXPECT_TRUE(contains(again.out, "products: 0 created, 10 there before; stock of 0 counted in"))
      << again.out;
  ApiClient shopper{platform_.url()};
  EXPECT_EQ(shopper.get("/api/v1/products?query=heart%20holder").text("items.0.variants.0.sku"),
            "HOLDER-1");
  shopper.register_account();
  EXPECT_EQ(shopper.order("HOLDER-1", 12).status, 201);
  EXPECT_EQ(shopper.order("HOLDER-1", 1).status, 409);
}

TEST_F(ImportTest, HistoryReconcilesAndIsImportedOnce) {
  const auto path = file(20);
  const auto report = platform_.folder() / "report.json";
  for (const auto* counts :
       {"orders: 20 created, 0 there before", "orders: 0 created, 20 there before"}) {
    const auto ended = import_orders(path, {"--report", report});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_TRUE(contains(ended.out, counts)) << ended.out;
    EXPECT_TRUE(contains(ended.out, ": reconciled\n")) << ended.out;
    EXPECT_TRUE(contains(ended.out, "after refunds: the same\n")) << ended.out;
    EXPECT_TRUE(contains(content_of(report), R"("reconciles":true)"));
  }
  const auto all = orders();
  EXPECT_EQ(all.size(), 20U);
  std::int64_t worth = 0;
  for (const auto& order : all) {
    worth += order.at("total").at("amount").to_number<std::int64_t>();
    if (const auto* back = order.as_object().if_contains("refunded_total")) {
      worth -= back->at("amount").to_number<std::int64_t>();
    }
  }
  // 20 lamps, 4 x (1+2+3+4+5) holders, the postage, one holder back.
  EXPECT_EQ(worth, 20 * 425 + 60 * 255 + 1800 - 255);
}

TEST_F(ImportTest, AKilledImportGoesOn) {
  const auto path = file(kOrders);
  const int pid = start({"import", "orders", "--format", "online-retail", path});
  EXPECT_TRUE(eventually([&] { return contains(content_of(err()), "orders: 20 %"); }, 60s));
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  const auto before = orders().size();
  EXPECT_GE(before, 250U);
  const auto ended = import_orders(path);
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_TRUE(contains(ended.out, "after refunds: the same\n")) << ended.out;
  EXPECT_EQ(orders().size(), static_cast<std::size_t>(kOrders));
}

TEST_F(ImportTest, AnOrderThatTheShopHasOtherwiseIsNamed) {
  const auto path = file(3);
  ASSERT_EQ(import_orders(path).exit_code, 0);
  auto edited = history(3);
  const std::string_view line = "500002,LAMP-2,LAMP NO 2,1";
  edited.replace(edited.find(line), line.size(), "500002,LAMP-2,LAMP NO 2,3");
  std::ofstream{path} << edited;
  const auto ended = import_orders(path);
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_TRUE(contains(ended.out,
                       "history.csv:6: online-retail:500002:2011-01-03T10:02:00Z is worth "
                       "20.40 in the file, 11.90 in the shop"))
      << ended.out;
}

TEST_F(ImportTest, AReplayBuysEachBasketOnce) {
  const auto path = file(120);
  ASSERT_EQ(souk({"import", "products", "--format", "online-retail", path}).exit_code, 0);
  const std::vector<std::string> replay{"replay", "--format",      "online-retail", path,
                                        "--url",  platform_.url(), "--shoppers",    "8"};
  const int pid = start(replay);
  EXPECT_TRUE(eventually([&] { return contains(content_of(err()), "orders: 30 %"); }, 60s));
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  const auto ended = souk(replay);
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_TRUE(contains(ended.out, "failed                     0")) << ended.out;
  EXPECT_EQ(orders().size(), 120U);
}

TEST_F(ImportTest, ErrorsSayWhatIsWrong) {
  const auto absent = import_orders("absent.csv");
  EXPECT_EQ(absent.exit_code, 1);
  EXPECT_TRUE(contains(absent.err, "absent.csv: no such file")) << absent.err;
  EXPECT_EQ(souk({"import", "orders", "--format", "other", "absent.csv"}).exit_code, 2);
  const auto path = file(1);
  const auto unwritable = import_orders(path, {"--report", "absent/report.json"});
  EXPECT_EQ(unwritable.exit_code, 1);
  EXPECT_TRUE(contains(unwritable.err, "absent/report.json")) << unwritable.err;
  const auto nowhere =
      souk({"replay", "--format", "online-retail", path, "--url", "http://127.0.0.1:1"});
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_TRUE(contains(nowhere.err, "no shop answers at http://127.0.0.1:1")) << nowhere.err;
  const auto unknown =
      souk({"replay", "--format", "online-retail", path, "--url", platform_.url()});
  EXPECT_EQ(unknown.exit_code, 1) << "nobody imported the articles";
  EXPECT_TRUE(contains(unknown.out, "unknown_sku")) << unknown.out;
}

}  // namespace
}  // namespace souk::testing
