#include <boost/json.hpp>
#include <fmt/format.h>

#include "apps/souk/online_retail/line.hpp"
#include "apps/souk/online_retail/report.hpp"
#include "apps/souk/online_retail/text.hpp"

namespace souk::online_retail {
namespace {

constexpr std::size_t kMaxExampleLength = 100;  // keeps a line of the report on one of the screen

std::string row(std::string_view label, std::uint64_t lines, Decimal sum) {
  return fmt::format("{:<34}{:>10}{:>20}\n", label, grouped(lines), sum.grouped());
}

std::string shown(const Report::Example& example) {
  return printable(example.text, kMaxExampleLength);
}

std::string examples_of(const Report::Rejected& rejected) {
  std::string out;
  for (const auto& example : rejected.examples) {
    const auto problem = example.problem.empty() ? "" : " (" + example.problem + ")";
    out += fmt::format("      line {}: {}{}\n", example.line, shown(example), problem);
  }
  return out;
}

boost::json::object amount_json(std::uint64_t lines, Decimal sum) {
  return {{"lines", lines}, {"sum", sum.str()}};
}

boost::json::object rejected_json(Reason reason, const Report::Rejected& rejected) {
  auto object = amount_json(rejected.lines, rejected.sum);
  object["reason"] = name_of(reason);
  object["text"] = text_of(reason);
  boost::json::array examples;
  for (const auto& example : rejected.examples) {
    boost::json::object item{{"line", example.line}, {"text", shown(example)}};
    if (!example.problem.empty()) item["problem"] = example.problem;
    examples.push_back(std::move(item));
  }
  object["examples"] = std::move(examples);
  return object;
}

}  // namespace

std::string Report::text() const {
  auto out = fmt::format("Online Retail: {}\n\n", file);
  out += fmt::format("{:<34}{:>10}{:>20}\n", "", "lines", kCurrency);
  out += row("read", lines, sum);
  out += row("accepted", accepted_lines(), accepted_sum());
  out += row("  sales", sale_lines, Decimal::from_minor(sales_minor, kPence));
  out += row("  refunds and cancellations", refund_lines,
             Decimal{} - Decimal::from_minor(refunds_minor, kPence));
  out += row("rejected", rejected_lines(), rejected_sum());
  for (std::size_t i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (rejected(reason).lines == 0) continue;
    out += row("  " + std::string{name_of(reason)}, rejected(reason).lines, rejected(reason).sum);
    out += fmt::format("      {}\n{}", text_of(reason), examples_of(rejected(reason)));
  }
  out += fmt::format(
      "\n{} orders ({} without a customer number); {} refunds, {} orders cancelled as a whole\n",
      grouped(orders), grouped(guest_orders), grouped(refunds), grouped(cancelled_orders));
  out += fmt::format("accepted {} + rejected {} = {} {}; the file's own sum is {} {}: {}\n",
                     accepted_sum().grouped(), rejected_sum().grouped(),
                     (accepted_sum() + rejected_sum()).grouped(), kCurrency, sum.grouped(),
                     kCurrency, reconciles() ? "reconciled" : "NOT RECONCILED");
  return out;
}

std::string Report::json() const {
  boost::json::array reasons;
  for (std::size_t i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (rejected(reason).lines > 0) reasons.push_back(rejected_json(reason, rejected(reason)));
  }
  auto accepted = amount_json(accepted_lines(), accepted_sum());
  accepted["sales"] = amount_json(sale_lines, Decimal::from_minor(sales_minor, kPence));
  accepted["refunds"] =
      amount_json(refund_lines, Decimal{} - Decimal::from_minor(refunds_minor, kPence));
  auto all_rejected = amount_json(rejected_lines(), rejected_sum());
  all_rejected["reasons"] = std::move(reasons);
  return boost::json::serialize(boost::json::object{
      {"file", file},
      {"currency", kCurrency},
      {"read", amount_json(lines, sum)},
      {"accepted", std::move(accepted)},
      {"rejected", std::move(all_rejected)},
      {"orders", orders},
      {"guest_orders", guest_orders},
      {"refunds", refunds},
      {"cancelled_orders", cancelled_orders},
      {"reconciles", reconciles()},
  });
}

}  // namespace souk::online_retail
