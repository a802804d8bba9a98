#pragma once

#include <vector>

#include "internal/models/imported_order.hpp"
#include "internal/service/create_order.hpp"
#include "order/order.pb.h"

/// Requests that take more than a line to read. Pure.
namespace souk::order {

NewOrder to_new_order(const v1::CreateOrderRequest& request);

/// Throws Error{validation_failed} that names an order which does not add up.
std::vector<ImportedOrder> to_imported_orders(const v1::ImportOrdersRequest& request);

}  // namespace souk::order
