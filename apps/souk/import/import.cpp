#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <span>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/souk/import/catalogue_import.hpp"
#include "apps/souk/import/order_import.hpp"
#include "apps/souk/import/retail_file.hpp"
#include "apps/souk/online_retail/line.hpp"
#include "commands.hpp"

namespace souk::app {
namespace {

using online_retail::Decimal;
using online_retail::grouped;

/// As SetStock takes it.
constexpr std::int64_t kMaxStock = 1'000'000'000;
/// Of orders that differ: what fits a screen.
constexpr std::size_t kMaxExamples = 10;

struct Arguments {
  RetailFile file;
  std::optional<std::int64_t> stock;
  std::string report;
};

std::string grouped(int count) { return grouped(static_cast<std::uint64_t>(count)); }

void print(const CatalogueImport& catalogue) {
  fmt::print("products: {} created, {} there before; stock of {} counted in\n",
             grouped(catalogue.created), grouped(catalogue.existing), grouped(catalogue.stocked));
}

void import_products(const Arguments& arguments) {
  const auto dataset = read(arguments.file);
  Backend backend;
  print(import_catalogue(backend, dataset, arguments.stock));
  fmt::print("file: {}\n", totals_of(dataset.report));
}

/// Before the work, not after it.
void check_writable(const std::string& path) {
  if (path.empty() || std::ofstream{path, std::ios::app}) return;
  throw Error{Kind::validation, "report_unwritable", fmt::format("{}: cannot be written", path)};
}

void write_report(const std::string& path, const online_retail::Report& report) {
  if (path.empty()) return;
  std::ofstream out{path};
  out << report.json() << '\n';
  if (!out.flush()) {
    throw Error{Kind::unavailable, "report_unwritable", fmt::format("{}: cannot be written", path)};
  }
}

/// The report adds up what was read from the file; this, what the shop's books hold of it now.
void check(const online_retail::Report& report, const OrderImport& orders) {
  const auto worth = Decimal::from_minor(orders.worth_minor, online_retail::kPence);
  const auto agrees = orders.differing.empty() && worth == report.accepted_sum();
  fmt::print("the shop's own books: these orders are worth {} {} after refunds: {}\n",
             worth.grouped(), online_retail::kCurrency, agrees ? "the same" : "NOT THE SAME");
  const auto shown = std::min(orders.differing.size(), kMaxExamples);
  for (const auto& line : std::span{orders.differing}.first(shown)) fmt::print("  {}\n", line);
  if (report.reconciles() && agrees) return;
  throw Error{
      Kind::conflict, "import_not_reconciled",
      fmt::format("The import does not reconcile; {} orders differ.", orders.differing.size())};
}

void import_orders(const Arguments& arguments) {
  check_writable(arguments.report);
  const auto dataset = read(arguments.file);
  Backend backend;
  const auto catalogue = import_catalogue(backend, dataset, arguments.stock);
  const auto customers = import_customers(backend, dataset.orders);
  const OrderMessages messages{dataset.products, customers};
  const auto orders = import_orders(backend, dataset, messages);

  print(catalogue);
  fmt::print("accounts: {}\n", grouped(customers.size()));
  fmt::print("orders: {} created, {} there before\n\n", grouped(orders.created),
             grouped(orders.existing));
  fmt::print("{}", dataset.report.text());
  write_report(arguments.report, dataset.report);
  check(dataset.report, orders);
}

void add_stock_option(CLI::App& command, Arguments& arguments) {
  command
      .add_option("--stock", arguments.stock,
                  "units of each article that has no stock record yet (default: what souk replay "
                  "takes of it, and 100)")
      ->check(CLI::Range(std::int64_t{0}, kMaxStock));
}

}  // namespace

void add_import(CLI::App& app) {
  auto* import = app.add_subcommand("import", "Take over another system's catalogue and history");
  import->require_subcommand(1);
  import->footer(
      "Works beside a running instance and without one. What is there already is left as it is: a\n"
      "run that was interrupted is completed by the same command.");

  auto* products = import->add_subcommand(
      "products",
      "Make a catalogue out of invoice lines: products that are missing, and their stock");
  auto of_products = std::make_shared<Arguments>();
  add_file_arguments(*products, of_products->file);
  add_stock_option(*products, *of_products);
  products->callback([of_products] { import_products(*of_products); });

  auto* orders =
      import->add_subcommand("orders",
                             "Import the history: missing products, customers, orders with their "
                             "refunds, and a report that "
                             "accounts for every line; exit code 1 where it does not reconcile");
  auto of_orders = std::make_shared<Arguments>();
  add_file_arguments(*orders, of_orders->file);
  add_stock_option(*orders, *of_orders);
  orders->add_option("--report", of_orders->report, "also write the report to this file, as JSON");
  orders->callback([of_orders] { import_orders(*of_orders); });
}

}  // namespace souk::app
