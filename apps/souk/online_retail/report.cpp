#include "apps/souk/online_retail/report.hpp"

#include <algorithm>

#include "apps/souk/online_retail/line.hpp"

namespace souk::online_retail {
namespace {

struct Wording {
  std::string_view name;
  std::string_view text;
};

// In the order of the enum.
constexpr std::array<Wording, kReasons> kWordings{{
    {"malformed_line", "cannot be read"},
    {"bad_debt", "bookkeeping of bad debts (invoice A..., code B): no sale"},
    {"fee", "fees and commissions charged to the shop (AMAZONFEE, BANK CHARGES, CRUK)"},
    {"manual_entry", "amounts entered by hand (code M): no article"},
    {"discount", "discounts given after the sale (code D), of no certain order"},
    {"sample", "samples (code S): no article"},
    {"unusable_stock_code", "no SKU can be made of the stock code"},
    {"stock_adjustment", "negative quantity outside a cancellation: stock-keeping, no sale"},
    {"zero_quantity", "quantity zero"},
    {"positive_cancellation", "a cancellation with a positive quantity"},
    {"zero_price", "price zero: gifts and stock-keeping"},
    {"negative_price", "a negative price"},
    {"sub_penny_price", "the price is no whole number of pence, and an order holds nothing less"},
    {"conflicting_customer", "another customer than the invoice's first line has"},
    {"postage_without_goods", "postage on an invoice that sells nothing"},
    {"cancellation_without_customer", "nobody knows whose purchase was cancelled"},
    {"cancellation_without_purchase",
     "this customer bought no such article at this price earlier in the file, or it is back"},
}};

const Wording& wording(Reason reason) { return kWordings[static_cast<std::size_t>(reason)]; }

}  // namespace

std::string_view name_of(Reason reason) { return wording(reason).name; }
std::string_view text_of(Reason reason) { return wording(reason).text; }

void Report::count_line(Decimal amount) {
  ++lines;
  sum += amount;
}

void Report::reject(Reason reason, Decimal amount, Example example) {
  auto& rejected = rejected_[static_cast<std::size_t>(reason)];
  ++rejected.lines;
  rejected.sum += amount;
  // Kept in the order of the file: some lines are only rejected after all have been read.
  auto& examples = rejected.examples;
  examples.insert(std::ranges::upper_bound(examples, example.line, {}, &Example::line),
                  std::move(example));
  if (examples.size() > kExamples) examples.pop_back();
}

std::uint64_t Report::rejected_lines() const {
  std::uint64_t count = 0;
  for (const auto& rejected : rejected_) count += rejected.lines;
  return count;
}

Decimal Report::rejected_sum() const {
  Decimal total;
  for (const auto& rejected : rejected_) total += rejected.sum;
  return total;
}

Decimal Report::accepted_sum() const {
  return Decimal::from_minor(sales_minor, kPence) - Decimal::from_minor(refunds_minor, kPence);
}

bool Report::reconciles() const {
  return accepted_lines() + rejected_lines() == lines && accepted_sum() + rejected_sum() == sum;
}

}  // namespace souk::online_retail
