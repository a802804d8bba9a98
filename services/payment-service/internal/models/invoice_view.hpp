#pragma once

#include <string>
#include <utility>
#include <vector>

#include "internal/models/invoice.hpp"

namespace souk::payment {

/// "1,234.50": an amount without its currency.
std::string amount_text(std::int64_t minor, Currency currency);
/// "1234.50": the same for machines.
std::string plain_amount(std::int64_t minor, Currency currency);
/// "19%", "5.5%".
std::string percent_text(int basis_points);
/// "23 November 2026", in UTC.
std::string date_text(Time time);

/// A document in words, as the page and the print show it.
struct InvoiceView {
  struct Row {
    std::string name;
    std::string sku;
    std::string quantity;
    std::string unit_price;
    std::string total;
  };
  struct Sum {
    std::string label;
    std::string amount;
    bool strong = false;
  };

  std::string title;   ///< "Invoice" or "Credit note"
  std::string number;  ///< "INV-2026-000042"
  std::string currency;
  Party seller;
  std::vector<std::string> seller_facts;  ///< VAT id, contact
  Party customer;
  std::vector<std::pair<std::string, std::string>> facts;  ///< dates, order, what is corrected
  std::vector<Row> rows;
  std::vector<Sum> sums;
  std::vector<std::string> notes;
};

/// Throws std::logic_error for a document without a number.
InvoiceView view_of(const BillingDocument& document);

}  // namespace souk::payment
