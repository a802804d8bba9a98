#include "summary.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace souk::chaos {
namespace {

bool is_sale(const Call& call) { return call.what == "buy" && call.outcome == Outcome::ok; }

std::string of_orders(std::span<const Call> calls) {
  std::set<std::string_view> sold;
  std::map<std::string, int> per_intent;
  for (const auto& call : calls) {
    if (is_sale(call)) sold.insert(call.told_id);
    if (!call.key.empty()) ++per_intent[call.who + call.what + call.key];
  }
  int most = 0;
  std::size_t with_key = 0;
  for (const auto& [intent, count] : per_intent) {
    most = std::max(most, count);
    with_key += static_cast<std::size_t>(count);
  }
  const auto mean = per_intent.empty()
                        ? 0.0
                        : static_cast<double>(with_key) / static_cast<double>(per_intent.size());
  return fmt::format("{} orders acknowledged; {} calls for {} intents: {:.2f} each, {} at most\n",
                     sold.size(), calls.size(), per_intent.size(), mean, most);
}

std::string of_errors(std::span<const Call> calls) {
  std::map<std::string, int> met;
  for (const auto& call : calls) {
    if (call.outcome != Outcome::unknown) continue;
    ++met[call.status == 0 ? "no answer" : fmt::format("{} {}", call.status, call.code)];
  }
  std::string text = "answers that left it open:";
  for (const auto& [error, times] : met) text += fmt::format("\n  {:>6} x {}", times, error);
  return text + (met.empty() ? " none\n" : "\n");
}

std::string of_faults(std::span<const Call> calls, std::span<const Happened> faults) {
  struct Line {
    int times = 0;
    std::int64_t longest_ms = 0;
  };
  std::map<std::string_view, Line> lines;
  for (const auto& fault : faults) {
    auto& line = lines[to_string(fault.fault.kind)];
    ++line.times;
    line.longest_ms = std::max(line.longest_ms, recovery_ms(calls, fault));
  }
  std::string text = "faults, and the longest time until a checkout succeeded after one:\n";
  for (const auto& [kind, line] : lines) {
    text += fmt::format("  {:>6} x {:<18} {:>6.2f} s\n", line.times, kind,
                        static_cast<double>(line.longest_ms) / 1000);
  }
  return text;
}

/// The sum of a metric's series: "name{labels} value" a line.
double sum_of(std::string_view metrics, std::string_view name) {
  double sum = 0;
  while (!metrics.empty()) {
    const auto line = metrics.substr(0, std::min(metrics.find('\n'), metrics.size()));
    metrics.remove_prefix(std::min(line.size() + 1, metrics.size()));
    if (!line.starts_with(name) || line.substr(name.size(), 1) != "{") continue;
    sum += std::stod(std::string{line.substr(line.rfind(' ') + 1)});
  }
  return sum;
}

}  // namespace

RpcCounts read_rpc_counts(std::string_view metrics) {
  return {sum_of(metrics, "souk_rpc_seconds_count"), sum_of(metrics, "souk_rpc_repeats_total")};
}

std::int64_t recovery_ms(std::span<const Call> calls, const Happened& fault) {
  std::int64_t first = -1;
  for (const auto& call : calls) {
    if (!is_sale(call) || call.start_ms < fault.end_ms) continue;
    if (first < 0 || call.end_ms < first) first = call.end_ms;
  }
  return first < 0 ? -1 : first - fault.end_ms;
}

std::string summary(std::span<const Call> calls, std::span<const Happened> faults) {
  return of_orders(calls) + of_errors(calls) + of_faults(calls, faults);
}

}  // namespace souk::chaos
