#pragma once

#include "internal/repository/dispute_repository.hpp"
#include "internal/repository/payment_search.hpp"
#include "runtime/call.hpp"
#include "runtime/page_token.hpp"

namespace souk::payment {

struct PaymentPage {
  std::vector<Payment> payments;
  std::string next_page_token;
};

/// Payments for staff. Owned by the module, on its loop.
class PaymentLists {
 public:
  PaymentLists(database::Database& database, DisputeRepository& disputes,
               runtime::PageTokens tokens)
      : database_(database), disputes_(disputes), tokens_(std::move(tokens)) {}

  /// Newest first. Throws Error{malformed, "invalid_page_token"}.
  Task<PaymentPage> list(const rpc::Call& call, PaymentFilter filter, std::string list_name,
                         std::string page_token, int page_size);
  /// Everything that fits the filter, oldest first. Throws Error{validation, "export_too_large"}.
  Task<std::string> csv(const rpc::Call& call, PaymentFilter filter);

 private:
  database::Database& database_;
  DisputeRepository& disputes_;
  runtime::PageTokens tokens_;
};

}  // namespace souk::payment
