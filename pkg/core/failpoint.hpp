#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "runtime/task.hpp"

/// Places in the code where a test can have the process die, fail, wait or hang, and bugs that a
/// test can switch on to see whether its judge finds them. Both cost one relaxed load, do nothing
/// unless SOUK_TEST_FAILPOINTS or SOUK_TEST_BUGS says so, and are not compiled into what is shipped
/// (CMake's SOUK_FAILPOINTS=OFF defines SOUK_NO_FAILPOINTS).
///
///     SOUK_TEST_FAILPOINTS="seed=7;order.after_reserve=kill@3;outbox.after_publish=delay(200)%10"
///     SOUK_TEST_BUGS="inventory.no_lock,outbox.not_written"
///
/// Actions: `kill` (SIGKILL to itself), `fail` (throws Error{unavailable}), `delay(MS)`, `hang` (to
/// the deadline of the call, then Error{deadline_exceeded}). Each happens always, the `@N`-th time
/// only, or `%P` percent of the times, which ones being decided by the seed (0 where none is given).
namespace souk::failpoint {

struct Named {
  std::string_view name;
  std::string_view what;
};

// clang-format off
/// Every point there is, and how things stand when it is reached.
inline constexpr Named kPoints[] = {
    {"order.after_place", "the order and its key are written; nothing is held"},
    {"order.after_reserve", "inventory has answered; no money is asked for"},
    {"order.after_charge", "payment has answered; the order does not say so"},
    {"order.before_wait", "the customer has to act; the checkout does not say so"},
    {"order.after_wait", "the checkout waits for the customer; nobody was told"},
    {"order.before_abandon", "the customer's time is over; the provider does not know"},
    {"order.after_abandon", "ended at the provider, or paid; the order does not say which"},
    {"order.after_settle", "the outcome and its events are written; nobody was told"},
    {"order.before_release", "the payment failed; the stock is still held"},
    {"order.after_release", "the stock was given back; the checkout does not say so"},
    {"order.after_refund", "payment has refunded; the order does not say so"},
    {"payment.after_intent", "the intent is written; the provider knows nothing"},
    {"payment.before_record_reference", "prepared at the provider; nothing says so"},
    {"payment.after_record_reference", "prepared, on record and not charged"},
    {"payment.before_wait", "the customer has to act; nothing says so"},
    {"payment.after_wait", "the customer has to act; the caller does not know"},
    {"payment.before_record_abandoned", "ended at the provider; nothing says so"},
    {"payment.before_record_result", "the provider has answered a charge; nothing says so"},
    {"payment.after_record_result", "the outcome of a charge is written; the caller does not know"},
    {"payment.before_recovered_result", "recovery knows an outcome; nothing says so"},
    {"payment.after_refund_intent", "the refund is written; the provider knows nothing"},
    {"payment.before_refund_result", "the provider has refunded; nothing says so"},
    {"payment.before_commit_numbers", "invoices have their numbers, and that is not committed"},
    {"inventory.before_commit_reserve", "reserved, released or sold, and not committed"},
    {"inventory.after_reserve", "committed; the caller does not know"},
    {"notification.before_record_sent", "the mail is handed over; nothing says so"},
    {"outbox.after_publish", "the subscriber has the events; they stand in the outbox still"},
    {"consumer.after_effect", "the effects are committed; the sender does not know"},
    {"gateway.before_reply", "the service has answered; the client does not know"},
};

/// Every bug that can be switched on, each a line at its place.
inline constexpr Named kBugs[] = {
    {"inventory.no_lock", "stock is read without a lock"},
    {"inventory.no_ledger", "movements of stock are not written to the ledger"},
    {"order.confirm_uncharged", "an order is confirmed without its charge"},
    {"order.key_ignored", "an Idempotency-Key finds no earlier request"},
    {"order.release_paid", "the hold of a paid order is released"},
    {"payment.guess_after_timeout", "a charge without an answer is taken for declined"},
    {"payment.key_per_attempt", "the provider is given a new key with every attempt"},
    {"payment.no_ledger", "money moves and the books say nothing"},
    {"outbox.not_written", "the events of a change are not written"},
    {"consumer.refusal_accepted", "an event that failed is acknowledged"},
    {"database.commit_unflushed", "a commit is acknowledged before it is on the disk"},
};
// clang-format on

/// The place of a name in its table; a name that is not there does not compile.
template <const auto& Table>
struct Index {
  consteval Index(const char* name) : value(find(name)) {}
  std::size_t value;

 private:
  static consteval std::size_t find(std::string_view name) {
    const auto* found = std::ranges::find(Table, name, &Named::name);
    if (found == std::end(Table)) throw "there is no such failpoint or bug";
    return static_cast<std::size_t>(found - std::begin(Table));
  }
};
using Point = Index<kPoints>;
using Bug = Index<kBugs>;

/// Told of each action before it is taken. From any thread.
using Report = std::function<void(std::string_view point, std::string_view action)>;

/// What SOUK_TEST_FAILPOINTS and SOUK_TEST_BUGS say, once, before any thread starts. Throws
/// Error{validation, "invalid_setting"} for what cannot be read or is not there, and for anything
/// at all in a build without failpoints.
void arm(std::string_view points, std::string_view bugs, Report report);

/// Runs `action`, which may throw, whenever the point is reached; as long as this lives. For tests
/// on one thread.
class Trap {
 public:
  Trap(Point point, std::function<void()> action);
  ~Trap();
  Trap(const Trap&) = delete;
  Trap& operator=(const Trap&) = delete;

 private:
  std::size_t point_;
};

/// A bug, as long as this lives. For tests on one thread.
class PlantedBug {
 public:
  explicit PlantedBug(Bug bug);
  ~PlantedBug();
  PlantedBug(const PlantedBug&) = delete;
  PlantedBug& operator=(const PlantedBug&) = delete;

 private:
  std::size_t bug_;
};

namespace detail {

extern std::array<std::atomic<bool>, std::size(kPoints)> armed;
extern std::array<std::atomic<bool>, std::size(kBugs)> planted;

Task<> reached(std::size_t point, std::chrono::steady_clock::time_point deadline);

}  // namespace detail

#ifdef SOUK_NO_FAILPOINTS
consteval bool planted(Bug) { return false; }
#else
inline bool planted(Bug bug) { return detail::planted[bug.value].load(std::memory_order_relaxed); }
#endif

}  // namespace souk::failpoint

/// A point inside a coroutine, which waits there without blocking its thread. A macro, so that
/// nothing is left of it where there are no failpoints.
#ifdef SOUK_NO_FAILPOINTS
#define SOUK_FAILPOINT(name, deadline) static_cast<void>(0)
#else
#define SOUK_FAILPOINT(name, deadline)                                                \
  do {                                                                                \
    constexpr auto souk_point = ::souk::failpoint::Point{name}.value;                 \
    if (::souk::failpoint::detail::armed[souk_point].load(std::memory_order_relaxed)) \
      co_await ::souk::failpoint::detail::reached(souk_point, deadline);              \
  } while (false)
#endif
