#include "internal/repository/payment_search.hpp"

#include "internal/repository/payment_rows.hpp"

namespace souk::payment {
namespace {

constexpr database::Query kSearch{"payment.search", R"(
  SELECT * FROM payments
  WHERE id < coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR provider = $3)
    AND ($4::uuid IS NULL OR order_id = $4)
    AND ($5::timestamptz IS NULL OR created_at >= $5)
    AND ($6::timestamptz IS NULL OR created_at < $6)
  ORDER BY id DESC LIMIT $7)"};

}  // namespace

Task<std::vector<Payment>> search_payments(database::Database& database, database::Scope scope,
                                           PaymentFilter filter, std::optional<PaymentId> below,
                                           int limit) {
  std::optional<std::string> status;
  if (filter.status) status = name(*filter.status);
  std::vector<Payment> payments;
  for (const auto& row : co_await database.query(scope, kSearch, below, status, filter.provider,
                                                 filter.order, filter.from, filter.before, limit))
    payments.push_back(read_payment(row));
  co_return payments;
}

}  // namespace souk::payment
