#include "internal/models/ledger.hpp"

#include <algorithm>
#include <array>

#include <boost/uuid/name_generator_sha1.hpp>
#include <fmt/format.h>

namespace souk::payment {
namespace {

constexpr std::array<std::pair<Account, std::string_view>, 7> kAccountNames{{
    {Account::customer, "customer"},
    {Account::provider, "provider"},
    {Account::fees, "fees"},
    {Account::disputes, "disputes"},
    {Account::revenue, "revenue"},
    {Account::tax, "tax"},
    {Account::refunds, "refunds"},
}};

/// Postings of nothing are none.
LedgerEntry entry(std::string_view kind, Uuid source, PaymentId payment, Currency currency,
                  std::vector<Posting> postings) {
  std::erase_if(postings, [](const Posting& posting) { return posting.amount_minor == 0; });
  return {kind, source, payment, currency, std::move(postings)};
}

LedgerEntry move_between(std::string_view kind, Uuid source, PaymentId payment, const Money& amount,
                         Account debit, Account credit) {
  return entry(kind, source, payment, amount.currency(),
               {{debit, amount.amount_minor()}, {credit, -amount.amount_minor()}});
}

}  // namespace

std::string_view name(Account account) {
  return std::ranges::find(kAccountNames, account, [](const auto& named) { return named.first; })
      ->second;
}

LedgerEntry capture_entry(const Payment& payment) {
  return move_between("capture", payment.id.uuid(), payment.id,
                      {payment.captured_minor, payment.amount.currency()}, Account::provider,
                      Account::customer);
}

LedgerEntry refund_entry(const Refund& refund) {
  return move_between("refund", refund.id.uuid(), refund.payment_id, refund.amount,
                      Account::customer, Account::provider);
}

LedgerEntry refund_failed_entry(const Refund& refund) {
  return move_between("refund_failed", refund.id.uuid(), refund.payment_id, refund.amount,
                      Account::provider, Account::customer);
}

LedgerEntry fee_entry(Uuid source, PaymentId payment, Money fee) {
  return move_between("fee", source, payment, fee, Account::fees, Account::provider);
}

Uuid dispute_source(std::string_view provider, std::string_view dispute,
                    std::string_view movement) {
  // RFC 9562 version 5, in a name space of our own.
  constexpr boost::uuids::uuid kDisputes{{0x8f, 0x1d, 0x3c, 0x52, 0x6a, 0x0b, 0x4e, 0x77, 0x9c,
                                          0x35, 0x2e, 0x84, 0xd0, 0x61, 0xf7, 0x19}};
  const auto named = boost::uuids::name_generator_sha1{kDisputes}(
      fmt::format("{}\n{}\n{}", provider, dispute, movement));
  std::array<std::uint8_t, 16> bytes{};
  std::ranges::copy(named, bytes.begin());
  return Uuid{bytes};
}

LedgerEntry dispute_entry(Uuid source, PaymentId payment, Currency currency,
                          const DisputeMovement& movement) {
  const auto taken = movement.amount_minor + movement.fee_minor;
  return entry(movement.amount_minor < 0 || taken < 0 ? "dispute_won" : "dispute", source, payment,
               currency,
               {{Account::disputes, movement.amount_minor},
                {Account::fees, movement.fee_minor},
                {Account::provider, -taken}});
}

LedgerEntry invoice_entry(Uuid document, PaymentId payment, Money total, Money tax) {
  return entry("invoice", document, payment, total.currency(),
               {{Account::customer, total.amount_minor()},
                {Account::revenue, -(total - tax).amount_minor()},
                {Account::tax, -tax.amount_minor()}});
}

LedgerEntry credit_note_entry(Uuid document, PaymentId payment, Money total, Money tax) {
  return entry("credit_note", document, payment, total.currency(),
               {{Account::refunds, (total - tax).amount_minor()},
                {Account::tax, tax.amount_minor()},
                {Account::customer, -total.amount_minor()}});
}

}  // namespace souk::payment
