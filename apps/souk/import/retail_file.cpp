#include "apps/souk/import/retail_file.hpp"

#include <optional>

#include <CLI/Validators.hpp>
#include <fmt/format.h>

#include "apps/souk/online_retail/line.hpp"
#include "apps/souk/online_retail/progress.hpp"

namespace souk::app {

void add_file_arguments(CLI::App& command, RetailFile& file) {
  command.add_option("--format", file.format, "what the file holds")
      ->required()
      ->check(CLI::IsMember({"online-retail"}));
  command.add_option("FILE", file.path, "invoice lines as CSV, plain or gzipped")->required();
}

online_retail::Dataset read(const RetailFile& file) {
  std::optional<online_retail::Progress> progress;
  auto dataset = online_retail::load(file.path, [&](std::uint64_t done, std::uint64_t total) {
    if (!progress) progress.emplace(online_retail::Progress::on_stderr("reading", total));
    progress->update(done);
  });
  if (progress) progress->finish();
  return dataset;
}

std::string totals_of(const online_retail::Report& report) {
  return fmt::format("{} lines, {} {}", online_retail::grouped(report.lines), report.sum.grouped(),
                     online_retail::kCurrency);
}

}  // namespace souk::app
