#pragma once

#include <string>
#include <string_view>

#include "internal/models/invoice.hpp"

/// A document's parts as they are kept (jsonb). Reading throws std::exception for what these have
/// not written: our own database is broken then.
namespace souk::payment {

std::string content_to_json(const InvoiceContent& content);
InvoiceContent content_from_json(std::string_view json);

std::string seller_to_json(const Seller& seller);
Seller seller_from_json(std::string_view json);

}  // namespace souk::payment
