#pragma once

#include "common/common.pb.h"
#include "internal/repository/billing_repository.hpp"
#include "internal/repository/payment_search.hpp"
#include "payment/billing.pb.h"
#include "payment/payment.pb.h"

/// Between the protos and billing. Pure. Filters throw Error{validation} for a day that does not
/// exist.
namespace souk::payment {

v1::Invoice to_proto(const BillingDocument& document);

DocumentFilter filter_of(const v1::ListInvoicesRequest& request);
DocumentFilter filter_of(const v1::ExportInvoicesRequest& request);
PaymentFilter filter_of(const v1::ListPaymentsRequest& request);
PaymentFilter filter_of(const v1::ExportPaymentsRequest& request);

/// A file as the gateway sends it.
common::v1::File to_file(std::string name, std::string content_type, std::string content,
                         bool attachment);

}  // namespace souk::payment
