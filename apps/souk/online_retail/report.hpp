#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apps/souk/online_retail/decimal.hpp"

namespace souk::online_retail {

/// Why a line was not imported: a closed list, one reason per line. The first that fits is given.
enum class Reason : std::uint8_t {
  malformed_line,
  bad_debt,
  fee,
  manual_entry,
  discount,
  sample,
  unusable_stock_code,
  stock_adjustment,
  zero_quantity,
  positive_cancellation,
  zero_price,
  negative_price,
  sub_penny_price,
  conflicting_customer,
  postage_without_goods,
  cancellation_without_customer,
  cancellation_without_purchase,
};
inline constexpr std::size_t kReasons = 17;

/// "zero_price": stable, for machines.
std::string_view name_of(Reason reason);
/// One sentence for people.
std::string_view text_of(Reason reason);

/// What came of the lines of a file, and the proof that none of its money got lost. A plain value.
class Report {
 public:
  struct Example {
    std::uint32_t line = 0;
    std::string text;
    std::string problem;  ///< what exactly is wrong with a malformed line
  };
  struct Rejected {
    std::uint64_t lines = 0;
    Decimal sum;
    std::vector<Example> examples;  ///< the first kExamples
  };
  static constexpr std::size_t kExamples = 3;

  /// Every line of the file passes here once, whatever becomes of it.
  void count_line(Decimal amount);
  void reject(Reason reason, Decimal amount, Example example);

  const Rejected& rejected(Reason reason) const {
    return rejected_[static_cast<std::size_t>(reason)];
  }
  std::uint64_t rejected_lines() const;
  Decimal rejected_sum() const;
  /// What the imported orders are worth after their refunds.
  Decimal accepted_sum() const;
  std::uint64_t accepted_lines() const { return sale_lines + refund_lines; }

  /// Every line is either accepted or rejected, and accepted + rejected = the file's own sum.
  bool reconciles() const;

  std::string text() const;
  /// Sums are strings: a JSON number would be read as a float.
  std::string json() const;

  std::string file;
  std::uint64_t lines = 0;
  Decimal sum;  ///< of Quantity x UnitPrice over all lines, each counted as it was read

  // Counted from the finished orders, in pence, not from the lines that went into them: so that
  // comparing the two sides says something.
  std::uint64_t orders = 0;
  std::uint64_t guest_orders = 0;  ///< without a customer number
  std::uint64_t sale_lines = 0;
  std::int64_t sales_minor = 0;
  std::uint64_t refund_lines = 0;
  std::uint64_t refunds = 0;
  std::uint64_t cancelled_orders = 0;  ///< taken back as a whole, in one go
  std::int64_t refunds_minor = 0;

 private:
  std::array<Rejected, kReasons> rejected_;
};

}  // namespace souk::online_retail
