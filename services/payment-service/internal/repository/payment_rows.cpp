#include "internal/repository/payment_rows.hpp"

namespace souk::payment {
namespace {

std::string text_or_empty(const database::Row& row, std::string_view column) {
  return row.get<std::optional<std::string>>(column).value_or("");
}

Money money(const database::Row& row, std::string_view column) {
  return {row.get<std::int64_t>(column), Currency::from(row.get<std::string>("currency"))};
}

std::optional<NextAction> read_action(const database::Row& row) {
  auto type = text_or_empty(row, "action_type");
  if (type.empty()) return std::nullopt;
  return NextAction{.type = std::move(type),
                    .url = text_or_empty(row, "action_url"),
                    .client_secret = text_or_empty(row, "action_client_secret")};
}

}  // namespace

Payment read_payment(const database::Row& row) {
  return {.id = row.get<PaymentId>("id"),
          .tenant = row.get<TenantId>("tenant_id"),
          .order_id = row.get<OrderId>("order_id"),
          .user_id = row.get<std::optional<UserId>>("user_id"),
          .status = payment_status(row.get<std::string>("status")),
          .amount = money(row, "amount_minor"),
          .captured_minor = row.get<std::int64_t>("captured_minor"),
          .refunded_minor = row.get<std::int64_t>("refunded_minor"),
          .refunding_minor = row.get<std::int64_t>("refunding_minor"),
          .provider = row.get<std::string>("provider"),
          .method = row.get<std::string>("method"),
          .provider_reference = text_or_empty(row, "provider_reference"),
          .decline_code = text_or_empty(row, "decline_code"),
          .token = text_or_empty(row, "token"),
          .action = read_action(row),
          .attempts = row.get<std::int32_t>("attempts"),
          .created_at = row.get<Time>("created_at"),
          .updated_at = row.get<Time>("updated_at")};
}

Refund read_refund(const database::Row& row) {
  return {.id = row.get<RefundId>("id"),
          .tenant = row.get<TenantId>("tenant_id"),
          .payment_id = row.get<PaymentId>("payment_id"),
          .order_id = row.get<OrderId>("order_id"),
          .amount = money(row, "amount_minor"),
          .reason = row.get<std::string>("reason"),
          .status = refund_status(row.get<std::string>("status")),
          .provider = row.get<std::string>("provider"),
          .provider_reference = text_or_empty(row, "provider_reference"),
          .reference = text_or_empty(row, "reference"),
          .attempts = row.get<std::int32_t>("attempts"),
          .created_at = row.get<Time>("created_at")};
}

}  // namespace souk::payment
