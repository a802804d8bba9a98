#include "internal/service/invoice_numbers.hpp"

#include <ranges>

#include "core/failpoint.hpp"
#include "runtime/call.hpp"

namespace souk::payment {
namespace {

/// In one commit: what others wait for is short, and the work of a death is little.
constexpr int kNumbersAtOnce = 200;
constexpr std::chrono::seconds kNumberingTime{10};
/// A wake-up that was lost (another replica's) costs this much.
constexpr std::chrono::seconds kNumberingPause{1};
/// Nobody waits for a number so shortly after the order; together they cost a fraction of what each costs alone.
constexpr std::chrono::milliseconds kGathering{200};

int year_of(Time time) {
  return static_cast<int>(
      std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time)}.year());
}

}  // namespace

InvoiceNumbers::InvoiceNumbers(boost::asio::any_io_executor loop, Log& log, Random& random,
                               const Clock& clock, database::Database& database,
                               BillingRepository& documents, Seller seller)
    : random_(random),
      clock_(clock),
      database_(database),
      documents_(documents),
      seller_(std::move(seller)),
      job_(
          std::move(loop), log, "numbering invoices", kNumberingPause,
          [this]() -> Task<> { co_await number_due(); }, kGathering) {}

Task<> InvoiceNumbers::stop() {
  stopping_ = true;
  return job_.stop();
}

Task<std::size_t> InvoiceNumbers::number_due() {
  const auto all = rpc::Call::background("payment-service", kNumberingTime, random_, kEveryTenant);
  std::size_t numbered = 0;
  for (const auto& tenant : co_await documents_.waiting_tenants(all.scope())) {
    while (!stopping_) {
      const auto some = co_await number_of(tenant);
      numbered += some;
      if (some < kNumbersAtOnce) break;
    }
  }
  co_return numbered;
}

Task<std::size_t> InvoiceNumbers::number_of(TenantId tenant) {
  const database::Scope scope{tenant, std::chrono::steady_clock::now() + kNumberingTime};
  co_return co_await database_.transact(scope, [&](database::Transaction& tx) -> Task<std::size_t> {
    if (!co_await documents_.take_numbering(tx)) co_return 0;
    const auto now = clock_.now();
    std::size_t numbered = 0;
    for (const auto kind : {DocumentKind::invoice, DocumentKind::credit_note}) {
      numbered += co_await documents_.number(tx, kind, year_of(now), now, seller_, kNumbersAtOnce);
    }
    SOUK_FAILPOINT("payment.before_commit_numbers", scope.deadline);
    co_return numbered;
  });
}

Seller seller_of(const config::Settings& settings) {
  Seller seller{.party = {.name = settings.text("SOUK_SELLER_NAME"), .address = {}},
                .vat_id = settings.text("SOUK_SELLER_VAT_ID"),
                .contact = settings.text("SOUK_SELLER_CONTACT")};
  for (const auto part : std::views::split(settings.text("SOUK_SELLER_ADDRESS"), '|')) {
    std::string line{part.begin(), part.end()};
    if (!line.empty()) seller.party.address.push_back(std::move(line));
  }
  return seller;
}

}  // namespace souk::payment
