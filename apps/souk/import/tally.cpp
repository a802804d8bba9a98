#include "apps/souk/import/tally.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "apps/souk/online_retail/decimal.hpp"

namespace souk::app {
namespace {

using online_retail::grouped;

constexpr char kRow[] = "{:<16}{:>12}{:>16}\n";

std::string problem_of(const ApiReply& reply) {
  const auto code = reply.text(reply.status < 300 ? "status" : "code");
  const auto* object = reply.body.if_object();
  const auto* errors = object != nullptr ? object->if_contains("errors") : nullptr;
  if (errors == nullptr || !errors->is_array() || errors->get_array().empty()) {
    return fmt::format("{} {}", reply.status, code);
  }
  const ApiReply first{.status = 0, .body = errors->get_array().front(), .replayed = false};
  return fmt::format("{} {} ({})", reply.status, code, first.text("code"));
}

}  // namespace

void Tally::count_order(const ApiReply& reply, Duration waited, const std::string& basket) {
  const auto count = [&](Row& row) { ++(reply.replayed ? row.before : row.now); };
  if (reply.status == 201) {
    count(confirmed_);
    if (!reply.replayed) waits_.push_back(waited);
  } else if (reply.status == 402) {
    count(declined_);
  } else if (reply.text("code") == "out_of_stock") {
    count(out_of_stock_);
  } else {
    count_failure(problem_of(reply), basket);
  }
}

void Tally::count_failure(const std::string& why, const std::string& basket) {
  auto& failure = failures_[why];
  if (failure.count++ == 0) failure.example = basket;
}

std::uint64_t Tally::failed() const {
  std::uint64_t total = 0;
  for (const auto& [why, failure] : failures_) total += failure.count;
  return total;
}

std::int64_t Tally::percentile_ms(unsigned percent) const {
  if (waits_.empty()) return 0;
  auto sorted = waits_;
  const auto index = std::min(sorted.size() - 1, sorted.size() * percent / 100);
  const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>(index);
  std::ranges::nth_element(sorted, nth);
  return std::chrono::duration_cast<std::chrono::milliseconds>(*nth).count();
}

std::string Tally::table(Duration elapsed) const {
  const auto row = [](std::string_view name, const Row& row) {
    return fmt::format(kRow, name, grouped(row.now), grouped(row.before));
  };
  auto out = fmt::format(kRow, "orders", "now", "in earlier runs");
  out += row("confirmed", confirmed_) + row("declined", declined_);
  out += row("out of stock", out_of_stock_);
  out += fmt::format("{:<16}{:>12}\n", "failed", grouped(failed()));
  for (const auto& [why, failure] : failures_) {
    out += fmt::format("  {} x {}, e.g. {}\n", grouped(failure.count), why, failure.example);
  }
  const auto seconds = std::chrono::duration<double>(elapsed).count();
  out += fmt::format(
      "\n{:.1f} orders/s confirmed in {:.1f} s, with {} customers registered or logged in; "
      "checkout p50 {} ms, p99 {} ms\n",
      static_cast<double>(confirmed_.now) / seconds, seconds, grouped(logins_), percentile_ms(50),
      percentile_ms(99));
  return out;
}

}  // namespace souk::app
