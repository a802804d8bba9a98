#pragma once

#include <string_view>
#include <vector>

#include "internal/models/dispute.hpp"
#include "internal/models/payment.hpp"

/// A payment's books in double entry: each entry moves money between accounts, and its postings add
/// up to nought. Pure.
namespace souk::payment {

enum class Account {
  customer,  ///< what customers owe; below nought: what they have paid and no invoice says yet
  provider,  ///< what the payment provider holds for us
  fees,      ///< what it keeps for its work
  disputes,  ///< what it took back for a disputed charge
  revenue,   ///< sold, without tax
  tax,       ///< collected for the state
  refunds,   ///< sold and given back, without tax
};

std::string_view name(Account account);

struct Posting {
  Account account = Account::customer;
  std::int64_t amount_minor = 0;  ///< debit positive, credit negative
};

/// `kind` and `source` name it: recorded once.
struct LedgerEntry {
  std::string_view kind;
  Uuid source;
  PaymentId payment;
  Currency currency;
  std::vector<Posting> postings;
};

/// The money is with the provider. The payment's id names it.
LedgerEntry capture_entry(const Payment& payment);
/// The money is back with the customer. The refund's id names it.
LedgerEntry refund_entry(const Refund& refund);
/// It did not stay there: the customer's bank has sent it back.
LedgerEntry refund_failed_entry(const Refund& refund);
/// What the provider kept. `source`: any id that stands for this fee.
LedgerEntry fee_entry(Uuid source, PaymentId payment, Money fee);
/// What stands for a movement of a dispute in the books: made of the provider's name and the ids there.
Uuid dispute_source(std::string_view provider, std::string_view dispute, std::string_view movement);
/// The provider took the money of a disputed charge and a fee, or gave it back.
LedgerEntry dispute_entry(Uuid source, PaymentId payment, Currency currency,
                          const DisputeMovement& movement);
/// Invoiced, or credited: `tax` is contained in `total`. The document's id names it.
LedgerEntry invoice_entry(Uuid document, PaymentId payment, Money total, Money tax);
LedgerEntry credit_note_entry(Uuid document, PaymentId payment, Money total, Money tax);

}  // namespace souk::payment
