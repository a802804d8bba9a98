#include "schedule.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>

#include <fmt/format.h>

namespace souk::chaos {
namespace {

using std::chrono::milliseconds;

/// Faults begin this far apart: most are over before the next one begins, some are not.
constexpr milliseconds kLeastGap{1'000};
constexpr milliseconds kMostGap{3'000};

enum class Target { service, gateway, link, none };

struct Kind {
  FaultKind kind;
  std::string_view name;
  Target target;
  milliseconds least, most;  // how long it lasts; 0: it happens, and is over
};

/// Stalls last longer and shorter than the patience of those who wait: a provider request has 3 s, a
/// checkout's answer 10 s.
constexpr std::array kKinds{
    Kind{FaultKind::kill_service, "kill_service", Target::service, milliseconds{0},
         milliseconds{0}},
    Kind{FaultKind::kill_gateway, "kill_gateway", Target::gateway, milliseconds{0},
         milliseconds{0}},
    Kind{FaultKind::freeze_service, "freeze_service", Target::service, milliseconds{500},
         milliseconds{6'000}},
    Kind{FaultKind::restart, "restart", Target::service, milliseconds{0}, milliseconds{0}},
    Kind{FaultKind::kill_postgres, "kill_postgres", Target::none, milliseconds{0}, milliseconds{0}},
    Kind{FaultKind::kill_redis, "kill_redis", Target::none, milliseconds{0}, milliseconds{0}},
    Kind{FaultKind::kill_rabbitmq, "kill_rabbitmq", Target::none, milliseconds{0}, milliseconds{0}},
    Kind{FaultKind::kill_provider, "kill_provider", Target::none, milliseconds{0}, milliseconds{0}},
    Kind{FaultKind::cut_link, "cut_link", Target::link, milliseconds{200}, milliseconds{3'000}},
    Kind{FaultKind::stall_link, "stall_link", Target::link, milliseconds{300}, milliseconds{5'000}},
    Kind{FaultKind::slice_link, "slice_link", Target::link, milliseconds{1'000},
         milliseconds{4'000}},
    Kind{FaultKind::swallow_requests, "swallow_requests", Target::link, milliseconds{200},
         milliseconds{4'000}},
    Kind{FaultKind::swallow_replies, "swallow_replies", Target::link, milliseconds{200},
         milliseconds{4'000}},
    Kind{FaultKind::partition, "partition", Target::service, milliseconds{500},
         milliseconds{6'000}},
    Kind{FaultKind::partition_replies, "partition_replies", Target::service, milliseconds{500},
         milliseconds{6'000}},
    Kind{FaultKind::fill_disk, "fill_disk", Target::none, milliseconds{500}, milliseconds{3'000}},
};

const Kind& properties(FaultKind kind) {
  const auto* found = std::ranges::find(kKinds, kind, &Kind::kind);
  if (found == kKinds.end()) throw std::invalid_argument{"no such fault"};
  return *found;
}

/// Draws that are the same with every standard library: its distributions are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  milliseconds between(milliseconds least, milliseconds most) {
    return least + milliseconds{below(static_cast<std::size_t>((most - least).count()) + 1)};
  }
  template <class T>
  void shuffle(std::vector<T>& all) {
    for (auto left = all.size(); left > 1; --left) std::swap(all[left - 1], all[below(left)]);
  }

 private:
  std::mt19937_64 random_;
};

const std::vector<std::string>& targets(const Kind& kind, const SchedulePlan& plan) {
  static const std::vector<std::string> nothing{""};
  switch (kind.target) {
    case Target::service: return plan.services;
    case Target::gateway: return plan.gateways;
    case Target::link: return plan.links;
    case Target::none: return nothing;
  }
  return nothing;
}

/// Kinds that have something to break, dealt without repetition until all have come.
class Deck {
 public:
  Deck(const SchedulePlan& plan, Dice& dice) : dice_(dice) {
    for (const auto kind : plan.kinds) {
      if (!targets(properties(kind), plan).empty()) kinds_.push_back(kind);
    }
    if (kinds_.empty()) throw std::invalid_argument{"nothing may break"};
  }

  const Kind& deal() {
    if (left_.empty()) {
      left_ = kinds_;
      dice_.shuffle(left_);
    }
    const auto kind = left_.back();
    left_.pop_back();
    return properties(kind);
  }

 private:
  Dice& dice_;
  std::vector<FaultKind> kinds_;
  std::vector<FaultKind> left_;
};

bool overlaps(const std::vector<Fault>& schedule, const Fault& fault) {
  return std::ranges::any_of(schedule, [&](const Fault& other) {
    return other.target == fault.target && fault.at < other.at + other.lasts;
  });
}

}  // namespace

std::string_view to_string(FaultKind kind) { return properties(kind).name; }

const std::vector<FaultKind>& every_fault() {
  static const auto all = [] {
    std::vector<FaultKind> kinds;
    for (const auto& kind : kKinds) kinds.push_back(kind.kind);
    return kinds;
  }();
  return all;
}

std::vector<Fault> make_schedule(std::uint64_t seed, const SchedulePlan& plan) {
  Dice dice{seed};
  Deck deck{plan, dice};
  std::vector<Fault> schedule;
  for (auto at = dice.between(kLeastGap, kMostGap); at < plan.length;
       at += dice.between(kLeastGap, kMostGap)) {
    const auto& kind = deck.deal();
    const auto& among = targets(kind, plan);
    Fault fault{.at = at,
                .kind = kind.kind,
                .target = among[dice.below(among.size())],
                .lasts = dice.between(kind.least, kind.most)};
    if (fault.at + fault.lasts <= plan.length && !overlaps(schedule, fault))
      schedule.push_back(std::move(fault));
  }
  return schedule;
}

std::string to_string(const std::vector<Fault>& schedule) {
  std::string text;
  for (const auto& fault : schedule) {
    text += fmt::format("  {:7.3f} s  {:<18} {}", static_cast<double>(fault.at.count()) / 1000,
                        to_string(fault.kind), fault.target);
    if (fault.lasts.count() > 0)
      text += fmt::format(" for {:.1f} s", static_cast<double>(fault.lasts.count()) / 1000);
    text += '\n';
  }
  return text;
}

}  // namespace souk::chaos
