#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "apps/souk/import/shop_api.hpp"

namespace souk::app {

/// What came of the baskets of a replay. A plain object of one thread.
class Tally {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// The final reply to a POST /orders, and how long the shopper waited for it. `basket` names it for
  /// people ("FILE:LINE: key").
  void count_order(const ApiReply& reply, Duration waited, const std::string& basket);
  /// A customer opened an account, or logged in to the one of an earlier run.
  void count_login() { ++logins_; }
  /// It did not come to an order.
  void count_failure(const std::string& why, const std::string& basket);

  std::uint64_t failed() const;

  /// For people; `elapsed` is of the whole replay.
  std::string table(Duration elapsed) const;

 private:
  struct Row {
    std::uint64_t now = 0;
    std::uint64_t before = 0;  ///< by an earlier run: the stored reply came back
  };
  struct Failure {
    std::uint64_t count = 0;
    std::string example;
  };

  /// Of the orders confirmed in this run.
  std::int64_t percentile_ms(unsigned percent) const;

  Row confirmed_;
  Row declined_;
  Row out_of_stock_;
  std::map<std::string, Failure> failures_;  ///< by what went wrong
  std::vector<Duration> waits_;
  std::uint64_t logins_ = 0;
};

}  // namespace souk::app
